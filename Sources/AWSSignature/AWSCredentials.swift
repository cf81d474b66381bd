package import Codecs

/// What a caller signs its requests with.
///
/// Neither interpolation nor reflection shows the secrets, so that none reaches a log by accident.
package struct AWSCredentials: Sendable {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// Goes along with temporary credentials, as `x-amz-security-token`; nil for a user's own.
    package let sessionToken: String?
    /// When they stop being accepted; nil where the source does not say.
    package let expiresAt: Timestamp?

    package init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiresAt: Timestamp? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiresAt = expiresAt
    }
}

extension AWSCredentials: CustomStringConvertible, CustomReflectable {
    package var description: String { "AWSCredentials(\(accessKeyID))" }
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
