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
    /// A compressed body; it is refused unread, so that a small one cannot become a large one (RFC 9110, 15.5.16).
    package static let unsupportedCoding = Problem(
        status: 415, code: "unsupported_media_type", detail: "The body must not be encoded.",
        headers: ["accept-encoding": "identity"])
    /// No caller: RFC 9110, section 11.6.1 asks for the challenge.
    package static let unauthenticated = Problem(
        status: 401, code: "unauthenticated", headers: ["www-authenticate": "Bearer"])
    /// The `If-Match` of the request names another version than the one that is stored (RFC 9110, section 13.1.1).
    package static let preconditionFailed = Problem(status: 412, code: "precondition_failed")
    /// The route changes nothing without `If-Match` (RFC 6585, section 3).
    package static let preconditionRequired = Problem(
        status: 428, code: "precondition_required", detail: "The request needs the field If-Match.")
    /// A request that a foreign page could have made a browser send.
    package static let crossSiteRefused = Problem(status: 403, code: "csrf_rejected")
    /// A request that did not come through the front door (`OriginGate`).
    package static let originRefused = Problem(status: 403, code: "origin_refused")
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

    /// Too many requests: 429 with `retry_after` and `Retry-After`, at least one second.
    package static func retryAfter(_ seconds: Int) -> Problem {
        var problem = Problem(status: 429, code: "throttled")
        problem.retryAfterSeconds = max(1, seconds)
        return problem
    }

    /// 422 for one member whose value is not allowed.
    ///
    /// - Parameters:
    ///   - problem: the problem's own code, such as `weak_password`
    ///   - pointer: the member's place in the body (RFC 6901)
    ///   - code: what is wrong with it, such as `too_short`
    ///   - min: the least that is allowed, where that is the reason
    ///   - max: the most that is allowed, where that is the reason
    package static func unprocessable(
        _ problem: String = "invalid_member", pointer: String, code: String, min: Int? = nil, max: Int? = nil
    ) -> Problem {
        unprocessable(problem, errors: [FieldError(pointer: pointer, code: code, min: min, max: max)])
    }

    /// 422 for the members that `errors` names; the first one is also the problem's `pointer`.
    package static func unprocessable(_ problem: String = "invalid_member", errors: [FieldError]) -> Problem {
        var result = Problem(status: 422, code: problem, pointer: errors.first?.pointer)
        result.errors = errors
        return result
    }

    /// What a client did wrong in its body: 400 where it cannot be read, 422 where its members are not the route's.
    package init(_ error: JSONError) {
        self =
            switch error.code {
            case .syntax, .loneSurrogate, .number, .depth, .size:
                Problem(status: 400, code: "malformed_json", pointer: error.pointer)
            case .encoding: Problem(status: 400, code: "invalid_encoding", pointer: error.pointer)
            case .duplicateMember: Problem(status: 400, code: "duplicate_member", pointer: error.pointer)
            case .unknownMember: .unprocessable("unknown_member", pointer: error.pointer, code: "unknown")
            case .missingMember: .unprocessable("missing_member", pointer: error.pointer, code: "missing")
            case .type: .unprocessable(pointer: error.pointer, code: "wrong_type")
            case .range: .unprocessable(pointer: error.pointer, code: "out_of_range")
            }
    }
}
