internal import Codecs
internal import Mail

extension LedgerAuditFailedMail {
    func english(_: BaseURL) -> MailContent {
        MailContent(
            subject: "Ledger audit: look at the books",
            preview: "The audit was not clean.",
            title: findings.isEmpty ? "The audit did not finish" : "The audit found problems",
            blocks: [
                .paragraph(
                    """
                    The audit of the ledger was not clean. Nothing was changed. The whole report is in the table \
                    ledger.audits.
                    """),
                .facts([
                    .when(occurredAt, .english), Fact("Accounts read", "\(accounts)"),
                    Fact("Entries read", "\(entries)"), Fact("Transactions read", "\(transactions)"),
                ]),
            ] + table(of: findings, "Findings", "Finding", "Count")
                + records("Examples", ExampleNames("Finding", "Found", "Accounts", "Transaction"))
                + table(of: unfinished, "Checks that did not finish", "Check", "Reason")
                + more("There is more in the report."),
            notYou: NotYou(
                title: "Not your task?",
                advice: """
                    Pass this mail on to whoever looks after the ledger today. Book no corrections by hand before the \
                    cause is known.
                    """),
            reason: "You get this mail because this address is set for the operators of Nerdwork+.")
    }

    func french(_: BaseURL) -> MailContent {
        MailContent(
            subject: "Audit du registre : vérifiez les comptes",
            preview: "L'audit demande votre attention.",
            title: findings.isEmpty ? "L'audit n'est pas allé au bout" : "L'audit a trouvé des anomalies",
            blocks: [
                .paragraph(
                    """
                    L'audit du registre a relevé des anomalies ou n'a pas pu tout lire. Rien n'a été modifié. Le \
                    rapport complet se trouve dans la table ledger.audits.
                    """),
                .facts([
                    .when(occurredAt, .french), Fact("Comptes lus", "\(accounts)"),
                    Fact("Écritures lues", "\(entries)"), Fact("Transactions lues", "\(transactions)"),
                ]),
            ] + table(of: findings, "Anomalies", "Anomalie", "Nombre")
                + records("Exemples", ExampleNames("Anomalie", "Constat", "Comptes", "Transaction"))
                + table(of: unfinished, "Contrôles non terminés", "Contrôle", "Raison")
                + more("Le rapport en contient d'autres."),
            notYou: NotYou(
                title: "Ce n'est pas votre tâche ?",
                advice: """
                    Transmettez cet e-mail à la personne qui s'occupe du registre aujourd'hui. Ne passez aucune \
                    correction à la main avant d'en connaître la cause.
                    """),
            reason: "Vous recevez cet e-mail parce que cette adresse est celle des opérateurs de Nerdwork+.")
    }
}

extension LedgerAuditFailedMail {
    /// What the parts of an example are called.
    private struct ExampleNames {
        let code, detail, accounts, transaction: Phrase

        init(_ code: Phrase, _ detail: Phrase, _ accounts: Phrase, _ transaction: Phrase) {
            self.code = code
            self.detail = detail
            self.accounts = accounts
            self.transaction = transaction
        }
    }

    private func table(of findings: [Finding], _ heading: Phrase, _ first: Phrase, _ second: Phrase) -> [Block] {
        guard !findings.isEmpty else { return [] }
        let rows: [[Phrase]] = findings.prefix(Self.maximumFindings).map { ["\($0.code)", "\($0.count)"] }
        return [.heading(heading), .table(Table(headings: [first, second], rows: rows, isNumeric: true))]
    }

    private func table(of unfinished: [Unfinished], _ heading: Phrase, _ first: Phrase, _ second: Phrase) -> [Block] {
        guard !unfinished.isEmpty else { return [] }
        let rows: [[Phrase]] = unfinished.prefix(Self.maximumUnfinished).map { ["\($0.check)", "\($0.reason)"] }
        return [.heading(heading), .table(Table(headings: [first, second], rows: rows))]
    }

    /// A small table for each example: four columns do not fit on a telephone.
    private func records(_ heading: Phrase, _ names: ExampleNames) -> [Block] {
        guard !examples.isEmpty else { return [] }
        return [.heading(heading)]
            + examples.prefix(Self.maximumExamples).map { .facts(Self.facts(of: $0, names)) }
    }

    private static func facts(of example: Example, _ names: ExampleNames) -> [Fact] {
        var facts = [Fact(names.code, "\(example.code)")]
        if let detail = example.detail { facts.append(Fact(names.detail, "\(detail)")) }
        if !example.accounts.isEmpty {
            let accounts = example.accounts.prefix(maximumAccounts).map { "\($0)" }.joined(separator: ", ")
            facts.append(Fact(names.accounts, "\(inert: accounts)"))
        }
        if let transaction = example.transaction { facts.append(Fact(names.transaction, "\(transaction)")) }
        return facts
    }

    private func more(_ note: Phrase) -> [Block] {
        let isCut = findings.count > Self.maximumFindings || unfinished.count > Self.maximumUnfinished
        return isCut ? [.paragraph(note)] : []
    }
}
