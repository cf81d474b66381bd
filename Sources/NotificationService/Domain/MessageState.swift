/// Where a message stands on its way from the event to the mailbox.
package enum MessageState: String, CaseIterable, Sendable {
    /// Written with the event; nobody is sending it, another attempt is due.
    case queued
    /// Under a lease: somebody is sending it, or died while doing so.
    case sending
    /// SES has accepted it.
    case sent
    /// The receiving server has accepted it.
    case delivered
    case bounced
    case complained
    /// The address is not written to.
    case suppressed
    /// Its time ended before it could be sent.
    case expired
    /// SES refuses it for good.
    case failed

    /// Whether it is still to be sent.
    var isOpen: Bool { self == .queued || self == .sending }

    /// How much a state knows about the mail's fate: reports arrive in any order, and a later place is never left for
    /// an earlier one.
    private var place: Int {
        switch self {
        case .queued, .sending: 0
        case .suppressed, .expired: 1
        case .sent: 2
        case .delivered: 3
        case .failed: 4
        case .bounced: 5
        case .complained: 6
        }
    }

    /// The state after SES has reported; a delivered mail may still bounce, and a bounced one was sent.
    func after(_ kind: DeliveryKind) -> MessageState {
        kind.state.place > place ? kind.state : self
    }
}
