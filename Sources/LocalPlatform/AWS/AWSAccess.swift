internal import AWSSignature
internal import Codecs

/// What a function's process calls AWS with: credentials of its own, and where to find the local services.
struct AWSAccess {
    let credentials: AWSCredentials
    /// `http://127.0.0.1:PORT`; nil where nothing is served.
    let endpointURL: String?

    /// New credentials in the form of an assumed role's.
    static func makeCredentials() throws(LocalError) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: "ASIA" + (try LocalRandom.base32(16)),
            secretAccessKey: Base64.encode(try LocalRandom.bytes(30)),
            sessionToken: Base64.encode(try LocalRandom.bytes(96)))
    }

    /// Credentials that nobody takes.
    static func withoutServices() throws(LocalError) -> AWSAccess {
        AWSAccess(credentials: try makeCredentials(), endpointURL: nil)
    }

    /// The variables that SDKs read.
    var variables: [String: String] {
        var variables = [
            "AWS_ACCESS_KEY_ID": credentials.accessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.secretAccessKey,
        ]
        variables["AWS_SESSION_TOKEN"] = credentials.sessionToken
        variables["AWS_ENDPOINT_URL"] = endpointURL
        return variables
    }
}
