package import Codecs
package import Mail

/// What the ledger holds, once a week, after its first clean audit.
package struct WeeklyDigestMail: Sendable, MailBody {
    /// What readers were given on a day.
    package struct Day: Sendable {
        package let day: UTCDay
        package let amount: Quantity
        /// How many rewards the amount is made of.
        package let count: Quantity

        package init(day: UTCDay, amount: Quantity, count: Quantity) {
            self.day = day
            self.amount = amount
            self.count = count
        }
    }

    /// An account and what it holds.
    package struct Account: Sendable {
        package let account: UserText
        package let balance: Quantity

        package init(account: UserText, balance: Quantity) {
            self.account = account
            self.balance = balance
        }
    }

    /// Of ISO 8601, 1 to 53.
    package let week: Int
    package let supply: Quantity
    /// Oldest first; the last 31 are shown.
    package let rewardsPerDay: [Day]
    /// Highest first; the first 20 are shown.
    package let topAccounts: [Account]

    package init(week: Int, supply: Quantity, rewardsPerDay: [Day], topAccounts: [Account]) {
        self.week = week
        self.supply = supply
        self.rewardsPerDay = rewardsPerDay
        self.topAccounts = topAccounts
    }

    var kind: MailKind { MailKind("weekly-digest", .optional) }

    func english(_: BaseURL) -> MailContent {
        MailContent(
            subject: "The ledger this week",
            preview: "The books are in order.",
            title: "The ledger in week\u{A0}\(week)",
            blocks: [
                .paragraph("The audit read the books and found them in order."),
                .facts([Fact("All NWT in circulation", "\(amount: supply)")]),
                .heading("Rewards for each day (UTC)"),
                .chart(chart("Rewards for each day, in NWT", columns: ["Day", "NWT", "Rewards"])),
                .heading("Accounts that hold most"),
                .table(top("Account", "NWT")),
            ],
            notYou: NotYou(
                title: "Should someone else get this?",
                advice: "Ask whoever deploys Nerdwork+ to change the operators' address."),
            reason: "You get this mail because this address is set for the operators of Nerdwork+.")
    }

    func french(_: BaseURL) -> MailContent {
        MailContent(
            subject: "Le registre cette semaine",
            preview: "Les comptes sont en ordre.",
            title: "Le registre, semaine\u{A0}\(week)",
            blocks: [
                .paragraph("L'audit a lu les comptes et les a trouvés en ordre."),
                .facts([Fact("Total des NWT en circulation", "\(amount: supply)")]),
                .heading("Récompenses par jour (UTC)"),
                .chart(chart("Récompenses par jour, en NWT", columns: ["Jour", "NWT", "Nombre"])),
                .heading("Comptes les mieux garnis"),
                .table(top("Compte", "NWT")),
            ],
            notYou: NotYou(
                title: "Ce message revient à quelqu'un d'autre ?",
                advice: "Demandez à la personne qui déploie Nerdwork+ de changer l'adresse des opérateurs."),
            reason: "Vous recevez cet e-mail parce que cette adresse est celle des opérateurs de Nerdwork+.")
    }

    private func chart(_ name: Phrase, columns: [Phrase]) -> Chart {
        Chart(
            name: name, columns: columns,
            bars: rewardsPerDay.suffix(31).map {
                Chart.Bar(label: "\(short: $0.day)", amount: $0.amount, count: $0.count)
            })
    }

    private func top(_ account: Phrase, _ balance: Phrase) -> Table {
        Table(
            headings: [account, balance], rows: topAccounts.prefix(20).map { ["\($0.account)", "\($0.balance)"] },
            isNumeric: true)
    }
}
