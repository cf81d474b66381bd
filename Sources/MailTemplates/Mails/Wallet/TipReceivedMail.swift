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

    private var movement: WalletMovement {
        WalletMovement(amount: amount, transaction: transaction, occurredAt: occurredAt)
    }

    func english(_ site: BaseURL) -> MailContent {
        .wallet(
            .english, site, movement, subject: "You received a tip", preview: "A reader likes your work.",
            title: "You received a tip!",
            sentence: "A reader liked your work and gave you \(amount: amount).",
            notYou: .mistake(.english, site))
    }

    func french(_ site: BaseURL) -> MailContent {
        .wallet(
            .french, site, movement, subject: "Vous avez reçu un pourboire", preview: "Votre travail a plu.",
            title: "Vous avez reçu un pourboire !",
            sentence: "Votre travail a plu : vous avez reçu \(amount: amount).",
            notYou: .mistake(.french, site))
    }
}
