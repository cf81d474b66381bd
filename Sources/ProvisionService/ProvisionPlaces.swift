internal import AWSClient
internal import Codecs
internal import Platform
internal import PostgresClient
internal import ServiceKit
internal import StrictJSON

/// The world outside the database, so that a test can stand in for it.
struct ProvisionPlaces {
    var keys: (KeySettings) -> KeyPlaces
    var secrets: SecretVersions
    var now: () -> Timestamp = { SystemClock.now() }

    /// - Parameters:
    ///   - environment: the variables of AWS (region, credentials, endpoints).
    ///   - deadline: when every call must have ended; nil where nothing waits.
    static func aws(environment: @escaping (String) -> String?, deadline: Timestamp?) -> ProvisionPlaces {
        let client = AWSClient(environment: environment)
        return ProvisionPlaces(
            keys: { .aws(client, $0, deadline: deadline) }, secrets: .aws(client, deadline: deadline))
    }
}

/// What one run has fetched of secrets, so that no error's text takes it along.
final class FetchedSecrets {
    private let origin: ProvisionPlaces
    private var texts: [String] = []
    private var given: [UInt8]?

    init(_ places: ProvisionPlaces) {
        origin = places
    }

    /// The places, with an eye on what they give.
    var places: ProvisionPlaces {
        var places = origin
        places.secrets.fetch = { [self] secret, stage, version in
            let value = try origin.secrets.fetch(secret, stage, version)
            if let value { note(value) }
            return value
        }
        return places
    }

    /// Whether the error's text holds a secret.
    func isTold(in error: any Error) -> Bool {
        let text = FailureReason.plain(error)
        return texts.contains { text.containsText($0) }
    }

    /// The login of the database's owner: the current one, or, where that was refused, a newer or a coming one.
    ///
    /// RDS rotates this secret, as `SecretRotation` the others.
    func login(_ secret: ProvisionSettings.OwnerSecret) -> LoginSource {
        { [self] request throws(DatabaseError) in
            do {
                let current = try places.secrets.fetch(secret.id, .current, nil)
                let isSame = request.wasRefused && current == given
                let coming = isSame ? try places.secrets.fetch(secret.id, .pending, nil) : nil
                given = coming ?? current
                guard let given else { throw DatabaseError(.authentication, "the owner's secret has no value") }
                return try LoginSecret(parsing: given).login(as: secret.user)
            } catch let error as DatabaseError {
                throw error
            } catch let error as AWSError {
                throw DatabaseError(.unavailable, "the owner's login cannot be had: \(error)")
            } catch {
                throw DatabaseError(
                    .authentication, "the owner's secret must be a JSON object with username and password")
            }
        }
    }

    private func note(_ value: [UInt8]) {
        let login = try? LoginSecret(parsing: value).login(as: "")
        let text = login?.password ?? String(decoding: value, as: UTF8.self)
        if !text.isEmpty { texts.append(text) }
    }
}
