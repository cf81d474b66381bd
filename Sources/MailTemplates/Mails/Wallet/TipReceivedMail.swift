package import Codecs
internal import Mail

/// Tells a creator of a tip.
package struct TipReceivedMail: Sendable, MailBody {
    /// In whole NWT.
    package let amount: Quantity
    package let transaction: UUID
    package let occurredAt: Timestamp

    package init(amount: Quantity, transaction: UUID, occurredAt: Timestamp) {
        self.amount = amount
        self.transaction = transaction
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("tip-received", .transactional) }

    func content(_ locale: MailLocale, _ site: BaseURL) -> MailContent {
        switch locale {
        case .english: english(site)
        case .french: french(site)
        }
    }

    private func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "You received a tip",
            preview: "A reader likes your work.",
            title: "You received a tip!",
            blocks: [
                .paragraph("A reader liked your work and gave you \(amount: amount)."),
                .facts([.amount(amount, .english), .when(occurredAt, .english), .reference(transaction, .english)]),
                .button("Open my wallet", site.link("/wallet")),
            ],
            notYou: .mistake(.english, site),
            reason: MailContent.walletReason(.english))
    }

    private func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Vous avez reçu un pourboire",
            preview: "Votre travail a plu.",
            title: "Vous avez reçu un pourboire !",
            blocks: [
                .paragraph("Votre travail a plu : vous avez reçu \(amount: amount)."),
                .facts([.amount(amount, .french), .when(occurredAt, .french), .reference(transaction, .french)]),
                .button("Ouvrir mon portefeuille", site.link("/wallet")),
            ],
            notYou: .mistake(.french, site),
            reason: MailContent.walletReason(.french))
    }
}
