internal import AWSClient
internal import AuthKeys
internal import Codecs
internal import Cryptography

/// The places outside the database where keys are kept and published, so that a test can stand in for them.
struct KeyPlaces {
    /// The stored document; nil where nothing was ever stored.
    var fetch: () throws -> [UInt8]?
    /// Stores a document instead.
    var store: ([UInt8]) throws -> Void
    /// Publishes an object.
    var publish: (StoredObject) throws -> Void
}

extension KeyPlaces {
    /// Secrets Manager and S3.
    ///
    /// - Parameter deadline: when every call must have ended; nil where nothing waits.
    static func aws(_ client: AWSClient, _ settings: KeySettings, deadline: Timestamp?) -> KeyPlaces {
        let call = AWSCall(deadline: deadline)
        return KeyPlaces(
            fetch: { try fetch(client, settings.secret, call) },
            store: { document in
                let token = Hex.encode(try SecureRandom.bytes(count: 32))
                try client.putSecretValue(settings.secret, document, token: token, call: call)
            },
            publish: { try client.putObject($0, into: settings.bucket, call: call) })
    }

    /// A secret without a value is "not found" like one that does not exist; storing tells the two apart.
    private static func fetch(_ client: AWSClient, _ secret: String, _ call: AWSCall) throws(AWSError) -> [UInt8]? {
        do throws(AWSError) {
            return try client.secretValue(secret, call: call)
        } catch {
            guard error.isUnknownSecret else { throw error }
            return nil
        }
    }
}
