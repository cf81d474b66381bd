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

    func content(_ locale: MailLocale, _ site: BaseURL) -> MailContent {
        let movement = WalletMovement(amount: amount, transaction: transaction, occurredAt: occurredAt)
        return switch locale {
        case .english:
            .wallet(
                locale, site, movement, subject: "Your receipt", preview: "What you paid, and when.",
                title: "Your receipt",
                sentence: "Thank you! You paid \(amount: amount) from your wallet.",
                notYou: .notBought(locale, site))
        case .french:
            .wallet(
                locale, site, movement, subject: "Votre reçu", preview: "Le montant et la date de votre achat.",
                title: "Votre reçu",
                sentence: "Merci ! Vous avez payé \(amount: amount) depuis votre portefeuille.",
                notYou: .notBought(locale, site))
        }
    }
}
