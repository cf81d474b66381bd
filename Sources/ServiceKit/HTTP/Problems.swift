import LambdaEvents
package import StrictJSON

extension Problem {
    package static let notFound = Problem(status: 404, code: "not_found")
    package static let forbidden = Problem(status: 403, code: "forbidden")
    package static let internalError = Problem(status: 500, code: "internal")
    package static let missingBody = Problem(
        status: 400, code: "missing_body", detail: "The request needs a JSON body.")
    package static let invalidBodyEncoding = Problem(
        status: 400, code: "invalid_encoding", detail: "The body could not be decoded.")
    package static let invalidQuery = Problem(
        status: 400, code: "invalid_query", detail: "The query string is malformed.")
    package static let invalidCursor = Problem(
        status: 400, code: "invalid_cursor", detail: "The cursor is not one that this service gave out.")
    package static let unsupportedMediaType = Problem(
        status: 415, code: "unsupported_media_type", detail: "The body must be application/json in UTF-8.",
        headers: ["accept": "application/json"])
    /// No caller: RFC 9110, section 11.6.1 asks for the challenge.
    package static let unauthenticated = Problem(
        status: 401, code: "unauthenticated", headers: ["www-authenticate": "Bearer"])
    /// Worth trying again after `retry-after` seconds.
    package static let unavailable = Problem(status: 503, code: "unavailable", headers: ["retry-after": "1"])

    package static func methodNotAllowed(allow: String) -> Problem {
        Problem(status: 405, code: "method_not_allowed", headers: ["allow": allow])
    }

    package static func bodyTooLarge(limit: Int) -> Problem {
        Problem(status: 413, code: "body_too_large", detail: "The body may have at most \(limit) bytes.")
    }

    /// A query parameter that does not have the form that `reason` states.
    package static func invalidParameter(_ name: String, _ reason: String) -> Problem {
        Problem(status: 400, code: "invalid_parameter", detail: "The query parameter \(name) \(reason).")
    }

    /// What a client did wrong in its body.
    package init(_ error: JSONError) {
        let code =
            switch error.code {
            case .syntax, .loneSurrogate, .number: "malformed_json"
            case .encoding: "invalid_encoding"
            case .depth, .size: "malformed_json"
            case .duplicateMember: "duplicate_member"
            case .unknownMember: "unknown_member"
            case .missingMember: "missing_member"
            case .type, .range: "invalid_member"
            }
        self.init(status: 400, code: code, pointer: error.pointer)
    }
}
