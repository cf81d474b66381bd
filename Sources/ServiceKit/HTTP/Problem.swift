package import LambdaEvents
import StrictJSON

/// An answer that says what went wrong, as problem+json (RFC 9457).
///
/// Its type is `about:blank`, so the title is the status's own phrase; clients act on `code`
/// (docs/error-codes.md lists them all).
package struct Problem: Error, Hashable, Sendable {
    package var status: Int
    /// Stable, in snake case.
    package var code: String
    /// For people; never anything that came in with the request.
    package var detail: String?
    /// The member of the body that is wrong (RFC 6901).
    package var pointer: String?
    /// What is wrong with which member; for answers with status 422.
    package var errors: [FieldError] = []
    /// Whole numbers that explain the code, such as a balance: further members (RFC 9457, section 3.2).
    package var figures: [Figure] = []
    /// Seconds after which the request may be repeated; member `retry_after` and field `retry-after` of the answer.
    package var retryAfterSeconds: Int?
    /// Further fields of the answer, such as `allow`.
    package var headers: NamedValues

    /// A member of a problem that is a whole number.
    package struct Figure: Hashable, Sendable {
        package let name: String
        package let value: Int64

        package init(name: String, value: Int64) {
            self.name = name
            self.value = value
        }
    }

    package init(
        status: Int, code: String, detail: String? = nil, pointer: String? = nil, headers: NamedValues = [:]
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.headers = headers
    }

    /// The answer; `requestID` lets a person find the log lines.
    package func response(requestID: String) -> APIResponse {
        let body = JSONWriter.object { writer in
            writer.member("title", Self.phrase(status))
            writer.member("status", status)
            writer.member("code", code)
            writer.optional("detail", detail)
            writer.optional("pointer", pointer)
            if !errors.isEmpty {
                writer.array("errors") { list in
                    for error in errors { list.object { error.write(to: &$0) } }
                }
            }
            for figure in figures { writer.member(figure.name, figure.value) }
            writer.optional("retry_after", retryAfterSeconds)
            if !requestID.isEmpty { writer.member("requestId", requestID) }
        }
        var response = APIResponse(status: status, contentType: "application/problem+json", body: body)
        for pair in headers.pairs { response.headers.append(pair.name, pair.value) }
        if let retryAfterSeconds { response.headers.append("retry-after", String(retryAfterSeconds)) }
        return response
    }

    /// The status's phrase (RFC 9110, section 15).
    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Error"
        }
    }
}
