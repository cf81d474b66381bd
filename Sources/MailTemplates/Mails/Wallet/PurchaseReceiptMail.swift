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
        switch locale {
        case .english: english(site)
        case .french: french(site)
        }
    }

    private func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Your receipt",
            preview: "What you paid, and when.",
            title: "Your receipt",
            blocks: [
                .paragraph("Thank you! You paid \(amount: amount) from your wallet."),
                .facts([.amount(amount, .english), .when(occurredAt, .english), .reference(transaction, .english)]),
                .button("Open my wallet", site.link("/wallet")),
            ],
            notYou: .notBought(.english, site),
            reason: MailContent.walletReason(.english))
    }

    private func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Votre reçu",
            preview: "Le montant et la date de votre achat.",
            title: "Votre reçu",
            blocks: [
                .paragraph("Merci ! Vous avez payé \(amount: amount) depuis votre portefeuille."),
                .facts([.amount(amount, .french), .when(occurredAt, .french), .reference(transaction, .french)]),
                .button("Ouvrir mon portefeuille", site.link("/wallet")),
            ],
            notYou: .notBought(.french, site),
            reason: MailContent.walletReason(.french))
    }
}
