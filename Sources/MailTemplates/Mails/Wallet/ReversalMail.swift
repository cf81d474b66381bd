package import Codecs
internal import Mail

/// Tells a party of a transaction that it was undone.
package struct ReversalMail: Sendable, MailBody {
    /// In whole NWT: positive was put back into the reader's wallet, negative was taken out.
    package let amount: Quantity
    package let transaction: UUID
    package let occurredAt: Timestamp

    package init(amount: Quantity, transaction: UUID, occurredAt: Timestamp) {
        self.amount = amount
        self.transaction = transaction
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("reversal", .transactional) }

    private var movement: WalletMovement {
        WalletMovement(amount: amount.magnitude, transaction: transaction, occurredAt: occurredAt)
    }

    func english(_ site: BaseURL) -> MailContent {
        .wallet(
            .english, site, movement, subject: "A payment was reversed",
            preview: "A payment in your wallet was undone.",
            title: "A payment was reversed",
            sentence: amount.isNegative
                ? "A payment that you received was undone: \(amount: amount.magnitude) left your wallet."
                : "A payment that you made was undone: \(amount: amount.magnitude) are back in your wallet.",
            notYou: .mistake(.english, site))
    }

    func french(_ site: BaseURL) -> MailContent {
        .wallet(
            .french, site, movement, subject: "Un paiement a été annulé",
            preview: "Un paiement de votre portefeuille a été annulé.",
            title: "Un paiement a été annulé",
            sentence: amount.isNegative
                ? "Un paiement que vous aviez reçu a été annulé : \(amount: amount.magnitude) ont quitté votre portefeuille."
                : "Un paiement que vous aviez fait a été annulé : \(amount: amount.magnitude) sont revenus dans votre portefeuille.",
            notYou: .mistake(.french, site))
    }
}
