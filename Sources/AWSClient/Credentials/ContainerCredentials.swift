internal import AWSSignature
internal import Codecs
internal import HTTPTransport
internal import StrictJSON

/// Asks a container's endpoint for credentials (SDK reference guide, "Container credential provider").
enum ContainerCredentials {
    /// As botocore: two seconds for each of three attempts.
    static let attemptMilliseconds: Int64 = 2_000
    static let maximumAttempts = 3

    static func request(_ endpoint: ContainerEndpoint, timeoutMilliseconds: Int64) -> HTTPRequest {
        var headers = [("Accept", "application/json")]
        if let token = endpoint.token { headers.append(("Authorization", token)) }
        return HTTPRequest(
            .get, endpoint.url, headers: HTTPHeaderList(headers.map { (name: $0.0, value: $0.1) }),
            timeoutMilliseconds: timeoutMilliseconds, maximumResponseBytes: 65_536)
    }

    /// Reads the answer.
    ///
    /// Throws `.credentials` for anything else than whole credentials.
    static func read(_ response: HTTPResponse) throws(AWSError) -> AWSCredentials {
        guard response.status == 200 else {
            throw AWSError(
                .credentials, status: response.status, detail: "the container's endpoint gives no credentials")
        }
        do {
            let root = try JSONDocument(parsing: response.body, limits: JSONLimits(maximumBytes: 65_536)).root
            let expiration = try root.optional("Expiration")
            return AWSCredentials(
                accessKeyID: try root.member("AccessKeyId").string(maximumBytes: 256),
                secretAccessKey: try root.member("SecretAccessKey").string(maximumBytes: 1_024),
                sessionToken: try root.optional("Token")?.string(maximumBytes: 16_384),
                expiresAt: try expiration.map(moment))
        } catch {
            throw AWSError(
                .credentials, status: response.status, detail: "the container's endpoint answers in another form")
        }
    }

    private static func moment(_ value: JSONValue) throws(JSONError) -> Timestamp {
        guard let moment = RFC3339.parse(try value.utf8(maximumBytes: 64)) else { throw value.error(.range) }
        return moment
    }
}
