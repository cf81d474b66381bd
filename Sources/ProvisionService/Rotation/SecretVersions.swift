internal import AWSClient
internal import Codecs

/// Secrets Manager as far as logins and rotations need it, so that a test can stand in for it.
struct SecretVersions {
    /// The value at that stage, of that version where one is named; nil where there is none.
    var fetch: (_ secret: String, SecretStage, _ version: String?) throws -> [UInt8]?
    /// The versions and their labels.
    var describe: (_ secret: String) throws -> SecretDescription
    /// Stores a value at AWSPENDING as the version of that id; one that exists already stays as it is.
    var propose: (_ secret: String, _ value: [UInt8], _ version: String) throws -> Void
    /// Makes a version the current one, in the place of the former.
    var promote: (_ secret: String, _ version: String, _ former: String) throws -> Void
    /// Gives a version the label `.shown`, and takes it from the former where there is one.
    var markShown: (_ secret: String, _ version: String, _ former: String?) throws -> Void
}

extension SecretVersions {
    /// - Parameter deadline: when every call must have ended; nil where nothing waits.
    static func aws(_ client: AWSClient, deadline: Timestamp?) -> SecretVersions {
        let call = AWSCall(deadline: deadline)
        return SecretVersions(
            fetch: { try fetch(client, $0, $1, $2, call) },
            describe: { try client.describeSecret($0, call: call) },
            propose: { try propose(client, $0, $1, $2, call) },
            promote: { try client.moveSecretStage($0, .current, to: $1, from: $2, call: call) },
            markShown: { try client.moveSecretStage($0, .shown, to: $1, from: $2, call: call) })
    }

    private static func fetch(
        _ client: AWSClient, _ secret: String, _ stage: SecretStage, _ version: String?, _ call: AWSCall
    ) throws(AWSError) -> [UInt8]? {
        do throws(AWSError) {
            return try client.secretValue(secret, stage: stage, version: version, call: call)
        } catch {
            guard error.isUnknownSecret else { throw error }
            return nil
        }
    }

    /// Two at once make two values for one version: the second one's is refused, and the first one's counts.
    private static func propose(
        _ client: AWSClient, _ secret: String, _ value: [UInt8], _ version: String, _ call: AWSCall
    ) throws(AWSError) {
        do throws(AWSError) {
            try client.putSecretValue(secret, value, token: version, stages: [.pending], call: call)
        } catch {
            guard error.serviceCode == "ResourceExistsException" else { throw error }
        }
    }
}
