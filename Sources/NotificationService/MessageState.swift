/// Where a message stands on its way from the event to the mailbox.
package enum MessageState: String, CaseIterable, Sendable {
    /// Written with the event; nobody has tried to send it, or another attempt is due.
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
    /// Its link ended before it could be sent.
    case expired
    /// SES refuses it for good.
    case failed
}
