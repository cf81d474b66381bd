/// What SES tells of a mail (SES developer guide, "Event data that Amazon SES publishes to EventBridge").
enum MailEventKind: String, Sendable {
    case send
    case delivery
    case bounce
    case complaint

    /// The envelope's `detail-type`.
    var detailType: String {
        switch self {
        case .send: "Email Sent"
        case .delivery: "Email Delivered"
        case .bounce: "Email Bounced"
        case .complaint: "Email Complaint Received"
        }
    }

    /// The detail's `eventType`.
    var eventType: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    /// The form in which `MatchingEventTypes` are compared: `deliveryDelay` and `DELIVERY_DELAY` are one.
    static func canonical(_ text: String) -> String {
        text.lowercased().filter { $0 != "_" }
    }
}

/// What becomes of a mail, which its first receiver's address decides.
///
/// SES's mailbox simulator has an address for each fate (SES developer guide, "Using the mailbox simulator"); a label
/// may follow the name, as in `bounce+1@simulator.amazonses.com`. Everybody else gets the mail.
enum MailFate: Equatable {
    case delivered
    case bounced
    case complained
    /// Delivered, and answered by a notice of absence.
    case answered
    /// Not even tried: the address is on SES's own suppression list.
    case suppressed

    init(receiver address: String) {
        let parts = address.lowercased().split(separator: "@")
        guard parts.count == 2, parts[1] == "simulator.amazonses.com" else {
            self = .delivered
            return
        }
        switch parts[0].prefix(while: { $0 != "+" }) {
        case "bounce": self = .bounced
        case "complaint": self = .complained
        case "ooto": self = .answered
        case "suppressionlist": self = .suppressed
        default: self = .delivered
        }
    }

    /// What SES tells, in that order.
    var events: [MailEventKind] {
        switch self {
        case .delivered: [.send, .delivery]
        case .bounced, .suppressed: [.send, .bounce]
        case .complained: [.send, .delivery, .complaint]
        case .answered: [.send, .delivery, .bounce]
        }
    }
}
