/// What SES can tell about a message; the raw values stand in `notification.delivery_events`.
enum DeliveryKind: String, CaseIterable, Sendable {
    case sent
    case delivered
    /// The receiving server asks to come back later; SES does.
    case delayed
    /// The mailbox does not exist, or refuses us for good.
    case bounced
    /// The mailbox could not take the mail this time: full, too large, greylisted for too long.
    case softBounced = "soft_bounced"
    /// Absence notices look like this, so nothing follows from it.
    case unclearBounce = "unclear_bounce"
    case complained
    /// SES found a virus.
    case rejected
    case notRendered = "not_rendered"

    /// The least that the report proves: whatever SES tells of a message, it has accepted it.
    var state: MessageState {
        switch self {
        case .sent, .delayed, .unclearBounce: .sent
        case .delivered: .delivered
        case .bounced, .softBounced: .bounced
        case .complained: .complained
        case .rejected, .notRendered: .failed
        }
    }
}
