import AWSClient
import Codecs

/// What is known after an attempt to hand a message to SES.
enum SendOutcome: Hashable, Sendable {
    /// SES has it, under this id.
    case accepted(sesMessageID: String)
    /// SES takes nothing of the message's stream for now: suspended, out of quota, or set up wrongly.
    case stopped(reason: String)
    /// SES will never take this message.
    case refused(code: String)
    /// SES asks to come back later.
    case throttled(code: String)
    /// SES does not have it: no connection, no credentials, no time.
    case notSent(code: String)
    /// SES may have it.
    case unknown(code: String)

    /// Reads a failed call.
    ///
    /// Source: SES API version 2, `SendEmail`, "Errors". Where SES may have the message, nothing else counts.
    init(_ error: AWSError) {
        let code = Self.code(of: error)
        if error.mayHaveTakenEffect {
            self = .unknown(code: code)
        } else if Self.stops(error, code) {
            self = .stopped(reason: code)
        } else {
            switch error.code {
            case .rejected: self = .refused(code: code)
            case .throttled: self = .throttled(code: code)
            case .configuration, .credentials, .unavailable, .deadline, .malformedAnswer: self = .notSent(code: code)
            }
        }
    }

    /// Errors that are not about the one message: sending on would meet them with each.
    private static func stops(_ error: AWSError, _ code: String) -> Bool {
        switch code {
        case "SendingPaused", "AccountSuspended", "LimitExceeded", "NotFound", "AccountSendingPaused",
            "ConfigurationSetDoesNotExist", "ConfigurationSetSendingPaused", "MailFromDomainNotVerified":
            true
        default: error.code == .rejected && (error.status == 403 || error.status == 404)
        }
    }

    /// The service's name for the error without its ending, or ours; fit for `last_error`.
    private static func code(of error: AWSError) -> String {
        guard let name = error.serviceCode else { return error.code.rawValue }
        let ending = "Exception"
        let short = name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
        let isFit = (1...64).contains(short.utf8.count) && short.utf8.allSatisfy(isCodeByte)
        return isFit ? short : error.code.rawValue
    }

    private static func isCodeByte(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || byte == 0x5F || byte == 0x2E || byte == 0x2D
    }
}

extension SendOutcome {
    /// The state that the message is left in.
    var state: MessageState {
        switch self {
        case .accepted: .sent
        case .refused: .failed
        case .stopped, .throttled, .notSent: .queued
        case .unknown: .sending
        }
    }

    /// Whether the next message may fare better: a refusal is about the one message, a stop about one stream, of which
    /// nothing more is taken; everything else is about SES.
    var allowsAnother: Bool {
        switch self {
        case .accepted, .refused, .stopped: true
        case .throttled, .notSent, .unknown: false
        }
    }
}
