import Codecs

/// Why an address is not written to; the raw values stand in `notification.suppressions`.
enum SuppressionReason: String, CaseIterable, Sendable {
    /// A hard bounce.
    case bounce
    /// Three soft bounces in a week.
    case softBounce = "soft_bounce"
    /// The person called our mail spam.
    case complaint
    /// The person asked for no more optional mail.
    case unsubscribed
    /// An operator's decision.
    case manual

    /// Whether it stops mail for this purpose.
    ///
    /// Sending to a dead mailbox hurts everybody's mail; someone who complained still has to learn of a new device.
    func stops(_ purpose: MailPurpose) -> Bool {
        switch self {
        case .bounce, .softBounce: true
        case .complaint: purpose != .security
        case .unsubscribed, .manual: purpose == .optional
        }
    }
}

/// Who may be written to, and who no longer.
enum SuppressionRule {
    /// Soft bounces within `softBounceWindow` that suppress an address for as long again.
    static let softBounceLimit = 3
    /// Seven days, in milliseconds.
    static let softBounceWindow: Int64 = 7 * 86_400_000

    /// Whether a mail must not be sent to an address that is suppressed for these reasons.
    static func forbids(_ purpose: MailPurpose, reasons: [SuppressionReason]) -> Bool {
        reasons.contains { $0.stops(purpose) }
    }

    /// What follows from a report for the address.
    ///
    /// - Parameter softBounces: how many of the address lie in the window, this one included.
    static func suppression(after kind: DeliveryKind, softBounces: Int) -> SuppressionReason? {
        switch kind {
        case .bounced: .bounce
        case .softBounced: softBounces >= softBounceLimit ? .softBounce : nil
        case .complained: .complaint
        case .sent, .delivered, .delayed, .unclearBounce, .rejected, .notRendered: nil
        }
    }

    /// When a suppression ends by itself; nil for one that stays.
    static func end(of reason: SuppressionReason, from time: Timestamp) -> Timestamp? {
        reason == .softBounce ? time.advanced(byMilliseconds: softBounceWindow) : nil
    }
}
