package import Codecs
internal import Mail

/// Tells a reader that Nerdwork+ gave NWT.
package struct GrantMail: Sendable, MailBody {
    /// In whole NWT.
    package let amount: Quantity
    package let transaction: UUID
    package let occurredAt: Timestamp

    package init(amount: Quantity, transaction: UUID, occurredAt: Timestamp) {
        self.amount = amount
        self.transaction = transaction
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("grant", .transactional) }

    func content(_ locale: MailLocale, _ site: BaseURL) -> MailContent {
        switch locale {
        case .english: english(site)
        case .french: french(site)
        }
    }

    private func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "NWT for you",
            preview: "Nerdwork+ added NWT to your wallet.",
            title: "NWT for you",
            blocks: [
                .paragraph("Nerdwork+ added \(amount: amount) to your wallet."),
                .facts([.amount(amount, .english), .when(occurredAt, .english), .reference(transaction, .english)]),
                .button("Open my wallet", site.link("/wallet")),
            ],
            notYou: .mistake(.english, site),
            reason: MailContent.walletReason(.english))
    }

    private func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Des NWT pour vous",
            preview: "Nerdwork+ a ajouté des NWT à votre portefeuille.",
            title: "Des NWT pour vous",
            blocks: [
                .paragraph("Nerdwork+ a ajouté \(amount: amount) à votre portefeuille."),
                .facts([.amount(amount, .french), .when(occurredAt, .french), .reference(transaction, .french)]),
                .button("Ouvrir mon portefeuille", site.link("/wallet")),
            ],
            notYou: .mistake(.french, site),
            reason: MailContent.walletReason(.french))
    }
}
