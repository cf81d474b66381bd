package import Codecs
package import Mail

/// Tells operators that the books did not pass their audit, or could not be read to the end.
package struct LedgerAuditFailedMail: Sendable, MailBody {
    /// A kind of finding and how often it occurs.
    package struct Finding: Sendable {
        package let code: UserText
        package let count: Quantity

        package init(code: UserText, count: Quantity) {
            self.code = code
            self.count = count
        }
    }

    /// A check that did not run to its end, and why.
    package struct Unfinished: Sendable {
        package let check: UserText
        package let reason: UserText

        package init(check: UserText, reason: UserText) {
            self.check = check
            self.reason = reason
        }
    }

    package let findings: [Finding]
    package let unfinished: [Unfinished]
    package let accounts: Quantity
    package let entries: Quantity
    package let transactions: Quantity
    package let occurredAt: Timestamp

    /// More rows than this are counted, not shown.
    static let maximumRows = 40

    package init(
        findings: [Finding], unfinished: [Unfinished], accounts: Quantity, entries: Quantity, transactions: Quantity,
        occurredAt: Timestamp
    ) {
        self.findings = findings
        self.unfinished = unfinished
        self.accounts = accounts
        self.entries = entries
        self.transactions = transactions
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("ledger-audit-failed", .transactional) }

    func content(_ locale: MailLocale, _ site: BaseURL) -> MailContent {
        switch locale {
        case .english: english()
        case .french: french()
        }
    }

    private func english() -> MailContent {
        MailContent(
            subject: "Ledger audit: look at the books",
            preview: "The audit was not clean.",
            title: findings.isEmpty ? "The audit did not finish" : "The audit found problems",
            blocks: [
                .paragraph(
                    """
                    The nightly audit of the ledger was not clean. Nothing was changed. Examples of each finding \
                    stand in the table ledger.audits.
                    """),
                .facts([
                    .when(occurredAt, .english), Fact("Accounts read", "\(accounts)"),
                    Fact("Entries read", "\(entries)"), Fact("Transactions read", "\(transactions)"),
                ]),
            ] + tables(("Findings", "Finding", "Count"), ("Checks that did not finish", "Check", "Reason"))
                + more("More kinds of findings are in the table."),
            notYou: NotYou(
                title: "Not your task?",
                advice: """
                    Pass this mail on to whoever looks after the ledger today. Book no corrections by hand before the \
                    cause is known.
                    """),
            reason: "You get this mail because this address is set for the operators of Nerdwork+.")
    }

    private func french() -> MailContent {
        MailContent(
            subject: "Audit du registre : vérifiez les comptes",
            preview: "L'audit demande votre attention.",
            title: findings.isEmpty ? "L'audit n'est pas allé au bout" : "L'audit a trouvé des anomalies",
            blocks: [
                .paragraph(
                    """
                    L'audit nocturne du registre a relevé des anomalies ou n'a pas pu tout lire. Rien n'a été modifié. \
                    Des exemples de chaque anomalie se trouvent dans la table ledger.audits.
                    """),
                .facts([
                    .when(occurredAt, .french), Fact("Comptes lus", "\(accounts)"),
                    Fact("Écritures lues", "\(entries)"), Fact("Transactions lues", "\(transactions)"),
                ]),
            ] + tables(("Anomalies", "Anomalie", "Nombre"), ("Contrôles non terminés", "Contrôle", "Raison"))
                + more("La table contient d'autres types d'anomalies."),
            notYou: NotYou(
                title: "Ce n'est pas votre tâche ?",
                advice: """
                    Transmettez cet e-mail à la personne qui s'occupe du registre aujourd'hui. Ne passez aucune \
                    correction à la main avant d'en connaître la cause.
                    """),
            reason: "Vous recevez cet e-mail parce que cette adresse est celle des opérateurs de Nerdwork+.")
    }

    private typealias Names = (heading: Phrase, first: Phrase, second: Phrase)

    private func tables(_ found: Names, _ stopped: Names) -> [Block] {
        var blocks: [Block] = []
        if !findings.isEmpty {
            let rows: [[Phrase]] = findings.prefix(Self.maximumRows).map { ["\($0.code)", "\($0.count)"] }
            blocks.append(.heading(found.heading))
            blocks.append(.table(Table(headings: [found.first, found.second], rows: rows, isNumeric: true)))
        }
        if !unfinished.isEmpty {
            let rows: [[Phrase]] = unfinished.prefix(Self.maximumRows).map { ["\($0.check)", "\($0.reason)"] }
            blocks.append(.heading(stopped.heading))
            blocks.append(.table(Table(headings: [stopped.first, stopped.second], rows: rows)))
        }
        return blocks
    }

    private func more(_ note: Phrase) -> [Block] {
        max(findings.count, unfinished.count) > Self.maximumRows ? [.paragraph(note)] : []
    }
}
