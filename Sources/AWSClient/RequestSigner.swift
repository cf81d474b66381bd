internal import AWSSignature
internal import Codecs
internal import HTTPTransport

/// Makes the header fields of a signed request.
enum RequestSigner {
    /// The operation's own fields and those of the signature.
    ///
    /// Throws `.credentials` where the credentials, and `.configuration` where anything else cannot be signed.
    static func headers(
        _ operation: AWSOperation, endpoint: Endpoint, region: String, credentials: AWSCredentials, at now: Timestamp
    ) throws(AWSError) -> [(name: String, value: String)] {
        let request = SignableRequest(
            method: operation.method.rawValue, host: endpoint.authority, path: endpoint.basePath + operation.path,
            headers: operation.headers, payload: .bytes(operation.body))
        let scope = SigningScope(region: region, service: operation.service.signingName)
        do {
            let added = try AWSSignature.headers(for: request, scope: scope, credentials: credentials, at: now)
            return operation.headers + added
        } catch {
            throw error.asAWSError
        }
    }
}

extension SignatureError {
    /// Names the part that cannot be signed.
    var asAWSError: AWSError {
        switch self {
        case .tooLong(.credentials), .malformed(.credentials):
            AWSError(.credentials, detail: "the credentials have another form than AWS's")
        case .tooLong(let part), .malformed(let part):
            AWSError(.configuration, detail: "the request's \(part.rawValue) cannot be signed")
        }
    }
}
