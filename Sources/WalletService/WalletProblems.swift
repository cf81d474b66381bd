import LambdaEvents
import ServiceKit

extension Problem {
    static let idempotencyKeyRequired = Problem(
        status: 400, code: "idempotency_key_required",
        detail: "The request needs the field Idempotency-Key, so that repeating it does nothing a second time.")
    static let invalidIdempotencyKey = Problem(
        status: 400, code: "invalid_idempotency_key",
        detail: "The field Idempotency-Key may have 1 to 255 visible ASCII characters.")

    static func unknownRecipient() -> Problem {
        .unprocessable("unknown_recipient", pointer: "/recipientId", code: "unknown")
    }

    static func unknownCreator() -> Problem {
        .unprocessable("unknown_creator", pointer: "/creatorId", code: "unknown")
    }

    /// Nobody pays themselves.
    static func selfTransfer(_ pointer: String) -> Problem {
        .unprocessable("self_transfer", pointer: pointer, code: "self")
    }

    /// What the functions of schema `wallet` refuse; nil for a code that none of them gives.
    static func wallet(_ code: String) -> Problem? {
        switch code {
        case "forbidden": .forbidden
        case "not_found": .notFound
        case "unknown_recipient": .unknownRecipient()
        case "unknown_creator": .unknownCreator()
        case "amount_exceeds_hold": .unprocessable("amount_exceeds_hold", pointer: "/amount", code: "too_large")
        case "idempotency_key_reused": Problem(status: 422, code: "idempotency_key_reused")
        case "insufficient_funds": Problem(status: 409, code: "insufficient_funds")
        case "account_closed": Problem(status: 409, code: "account_closed")
        case "transfer_refused": Problem(status: 409, code: "transfer_refused")
        case "already_reversed": Problem(status: 409, code: "already_reversed")
        case "hold_resolved": Problem(status: 409, code: "hold_resolved")
        case "hold_expired": Problem(status: 409, code: "hold_expired")
        default: nil
        }
    }
}
