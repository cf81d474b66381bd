internal import Codecs
internal import StrictJSON

/// Which version of a secret; a rotation moves the labels.
package enum SecretStage: String, Hashable, Sendable {
    case current = "AWSCURRENT"
    case previous = "AWSPREVIOUS"
    /// A rotation has made it and has not come to its end.
    case pending = "AWSPENDING"
    /// A label of our own: the version that CloudFront shows the functions.
    case shown = "SHOWN"
}

extension AWSClient {
    /// A secret's value (`GetSecretValue`): the bytes of `SecretBinary`, or the UTF-8 of `SecretString`.
    ///
    /// - Parameters:
    ///   - id: the secret's ARN or name.
    ///   - version: the version's id; where it does not have the stage, the service knows no such value
    ///     (`ResourceNotFoundException`).
    package func secretValue(
        _ id: String, stage: SecretStage = .current, version: String? = nil, call: AWSCall
    ) throws(AWSError) -> [UInt8] {
        let body = JSONWriter.object { request in
            request.member("SecretId", id)
            request.member("VersionStage", stage.rawValue)
            request.optional("VersionId", version)
        }
        let operation = AWSOperation.json(
            .secretsManager, target: "secretsmanager.GetSecretValue", body: body.bytes, isRepeatable: true,
            // A secret has at most 65,536 bytes; JSON can make six of one, base 64 a third more.
            maximumResponseBytes: 512 << 10)
        let answer = try perform(operation, call)
        guard let value = Self.secret(in: answer.root) else { throw answer.malformed(mayHaveTakenEffect: false) }
        return value
    }

    private static func secret(in root: JSONValue) -> [UInt8]? {
        if let text = root["SecretString"], !text.isNull { return try? text.utf8(maximumBytes: 65_536) }
        guard let binary = try? root["SecretBinary"]?.utf8(maximumBytes: 90_000) else { return nil }
        return Base64.decode(binary)
    }
}
