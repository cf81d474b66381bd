import Codecs
import MailTemplates
import StrictJSON

/// What mail follows from a transfer between wallets: everybody whom it gives something without their doing is told,
/// and whoever pays has a receipt.
enum TransferPlan {
    static let source = "nerdwork.wallet"
    static let detailType = "TransferPosted"
    /// More parties than any transfer has.
    private static let maximumParties = 100

    static func make(_ head: EventHead, detail: JSONValue) throws(JSONError) -> MailPlan {
        var plan = MailPlan(time: head.time)
        let written = try detail.member("transactionId")
        guard let transaction = UUID(try written.string(maximumBytes: 64)) else { throw written.error(.range) }
        let type = try detail.member("type")
        let parties = try detail.member("parties")
        for (index, party) in try parties.elements.enumerated() {
            guard index < maximumParties else { throw parties.error(.range) }
            let amount = try party.member("amount").integer()
            let userID = try party.member("userId").identifier()
            guard let mail = try mail(type, amount, transaction, head.time) else { continue }
            plan.mails.append(
                PlannedMail(
                    to: .user(userID), template: mail, locale: nil, expiresAt: nil,
                    dedupeKey: "\(head.id):\(mail.name):\(index + 1)"))
        }
        return plan
    }

    /// The party's mail; nil where there is none for it.
    private static func mail(
        _ type: JSONValue, _ amount: Int64, _ transaction: UUID, _ time: Timestamp
    ) throws(JSONError) -> MailTemplate? {
        let quantity = Quantity(amount)
        switch try type.string(maximumBytes: 64) {
        case "TIP" where amount > 0:
            return .tipReceived(TipReceivedMail(amount: quantity, transaction: transaction, occurredAt: time))
        case "PURCHASE" where amount < 0:
            // A receipt shows what was paid.
            let paid = amount == .min ? quantity : Quantity(-amount)
            return .purchaseReceipt(PurchaseReceiptMail(amount: paid, transaction: transaction, occurredAt: time))
        case "REVERSAL" where amount != 0:
            return .reversal(ReversalMail(amount: quantity, transaction: transaction, occurredAt: time))
        case "GRANT" where amount > 0:
            return .grant(GrantMail(amount: quantity, transaction: transaction, occurredAt: time))
        case "TIP", "PURCHASE", "REVERSAL", "GRANT": return nil
        default: throw type.error(.range)
        }
    }
}
