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

    private var movement: WalletMovement {
        WalletMovement(amount: amount, transaction: transaction, occurredAt: occurredAt)
    }

    func english(_ site: BaseURL) -> MailContent {
        .wallet(
            .english, site, movement, subject: "NWT for you", preview: "Nerdwork+ added NWT to your wallet.",
            title: "NWT for you",
            sentence: "Nerdwork+ added \(amount: amount) to your wallet.",
            notYou: .mistake(.english, site))
    }

    func french(_ site: BaseURL) -> MailContent {
        .wallet(
            .french, site, movement, subject: "Des NWT pour vous",
            preview: "Nerdwork+ a ajouté des NWT à votre portefeuille.",
            title: "Des NWT pour vous",
            sentence: "Nerdwork+ a ajouté \(amount: amount) à votre portefeuille.",
            notYou: .mistake(.french, site))
    }
}
