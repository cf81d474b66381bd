internal import HTTPTransport

/// One call of a service before it is addressed and signed.
struct AWSOperation {
    let service: AWSService
    let path: String
    /// The header fields that are signed along with `host` and `x-amz-date`.
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether the service may get it twice without harm; else it is sent again only when it was surely not done.
    let isRepeatable: Bool
    let maximumResponseBytes: Int

    /// The longest that one attempt may take, in milliseconds, where the deadline allows it.
    static let attemptMilliseconds: Int64 = 10_000

    /// A call of AWS's JSON 1.1 protocol: all at `/`, the operation in a header.
    static func json(
        _ service: AWSService, target: String, body: [UInt8], isRepeatable: Bool, maximumResponseBytes: Int
    ) -> AWSOperation {
        AWSOperation(
            service: service, path: "/",
            headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)],
            body: body, isRepeatable: isRepeatable, maximumResponseBytes: maximumResponseBytes)
    }

    /// A call of AWS's REST-JSON protocol that posts to a path.
    static func restJSON(
        _ service: AWSService, path: String, body: [UInt8], isRepeatable: Bool, maximumResponseBytes: Int
    ) -> AWSOperation {
        AWSOperation(
            service: service, path: path, headers: [("Content-Type", "application/json")],
            body: body, isRepeatable: isRepeatable, maximumResponseBytes: maximumResponseBytes)
    }
}
