/// A service as the calls need it: where it is, how its requests are signed and which variable moves it.
package struct AWSService: Hashable, Sendable {
    /// The first label of the regional host (`endpointPrefix` in the SDKs' models).
    let hostPrefix: String
    /// The service's name in the signature's scope (`signingName`).
    let signingName: String
    /// What follows `AWS_ENDPOINT_URL_` (`serviceId`, upper case, blanks as underscores).
    let variableSuffix: String

    /// Amazon SES, API version 2.
    package static let ses = AWSService(hostPrefix: "email", signingName: "ses", variableSuffix: "SESV2")
    /// Amazon EventBridge.
    package static let eventBridge = AWSService(
        hostPrefix: "events", signingName: "events", variableSuffix: "EVENTBRIDGE")
    /// Amazon S3.
    package static let s3 = AWSService(hostPrefix: "s3", signingName: "s3", variableSuffix: "S3")
    /// AWS Secrets Manager.
    package static let secretsManager = AWSService(
        hostPrefix: "secretsmanager", signingName: "secretsmanager", variableSuffix: "SECRETS_MANAGER")
}
