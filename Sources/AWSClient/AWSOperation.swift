internal import HTTPTransport

/// One call of a service before it is addressed and signed.
struct AWSOperation {
    let service: AWSService
    let method: HTTPRequest.Method
    /// The bucket that the path is a key of; S3 alone has any.
    let bucket: Bucket?
    let path: String
    /// The header fields that are signed along with `host` and `x-amz-date`.
    let headers: [(name: String, value: String)]
    let body: [UInt8]
    /// Whether the service may get it twice without harm; else it is sent again only when it was surely not done.
    let isRepeatable: Bool
    let maximumResponseBytes: Int
    /// Whether a success has a JSON text; else nothing is read of it.
    let answersJSON: Bool

    /// The longest that one attempt may take, in milliseconds, where the deadline allows it.
    static let attemptMilliseconds: Int64 = 10_000

    /// A call of AWS's JSON 1.1 protocol: all at `/`, the operation in a header.
    static func json(
        _ service: AWSService, target: String, body: [UInt8], isRepeatable: Bool, maximumResponseBytes: Int
    ) -> AWSOperation {
        AWSOperation(
            service: service, method: .post, bucket: nil, path: "/",
            headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)],
            body: body, isRepeatable: isRepeatable, maximumResponseBytes: maximumResponseBytes,
            answersJSON: true)
    }

    /// A call of AWS's REST-JSON protocol that posts to a path.
    static func restJSON(
        _ service: AWSService, path: String, body: [UInt8], isRepeatable: Bool, maximumResponseBytes: Int
    ) -> AWSOperation {
        AWSOperation(
            service: service, method: .post, bucket: nil, path: path, headers: [("Content-Type", "application/json")],
            body: body, isRepeatable: isRepeatable, maximumResponseBytes: maximumResponseBytes,
            answersJSON: true)
    }
}
