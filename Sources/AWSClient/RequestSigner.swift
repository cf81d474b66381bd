internal import AWSSignature
internal import Codecs

/// Makes the header fields of a signed request.
enum RequestSigner {
    static func headers(
        _ operation: AWSOperation, endpoint: Endpoint, region: String, credentials: AWSCredentials, at now: Timestamp
    ) -> [(name: String, value: String)] {
        operation.headers
    }
}
