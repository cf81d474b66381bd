package import Codecs
internal import Mail

/// The receipt of a purchase.
package struct PurchaseReceiptMail: Sendable, MailBody {
    /// In whole NWT.
    package let amount: Quantity
    package let transaction: UUID
    package let occurredAt: Timestamp

    package init(amount: Quantity, transaction: UUID, occurredAt: Timestamp) {
        self.amount = amount
        self.transaction = transaction
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("purchase-receipt", .transactional) }

    private var movement: WalletMovement {
        WalletMovement(amount: amount, transaction: transaction, occurredAt: occurredAt)
    }

    func english(_ site: BaseURL) -> MailContent {
        .wallet(
            .english, site, movement, subject: "Your receipt", preview: "What you paid, and when.",
            title: "Your receipt",
            sentence: "Thank you! You paid \(amount: amount) from your wallet.",
            notYou: .notBought(.english, site))
    }

    func french(_ site: BaseURL) -> MailContent {
        .wallet(
            .french, site, movement, subject: "Votre reçu", preview: "Le montant et la date de votre achat.",
            title: "Votre reçu",
            sentence: "Merci ! Vous avez payé \(amount: amount) depuis votre portefeuille.",
            notYou: .notBought(.french, site))
    }
}
