internal import AuthKeys
internal import Codecs
internal import Cryptography
internal import JSONWebToken
internal import PostgresClient

/// The keys that access tokens are signed with on this machine: made by the real `provision`, as in AWS.
package struct LocalKeys {
    let database: LocalDatabase
    let template: Template
    let aws: LocalAWS

    /// Name of the function that makes keys.
    static let maker = "provision"
    /// What its schedule sends it: keys are made, rotated where it is time, and published.
    static let event = Array(#"{"action":"rotate-keys"}"#.utf8)
    /// The variable by which a function knows the secret with the keys.
    static let secretVariable = "AUTH_KEYS_SECRET_ARN"

    package init(database: LocalDatabase, template: Template, aws: LocalAWS) {
        self.database = database
        self.template = template
        self.aws = aws
    }

    /// Makes sure that there are keys to sign access tokens with, by running the real `provision` where there are none.
    ///
    /// Nothing is done for a template without functions that need them.
    package func makeReady(
        _ invoke: (String, [UInt8]) throws(LocalError) -> InvocationResult
    ) throws(LocalError) {
        let needsKeys = template.functions.contains { $0.environment[Self.secretVariable] != nil }
        guard needsKeys, try !areReady() else { return }
        guard database.isOnThisMachine else {
            throw LocalError(
                .usage, "The database of --db is not on this machine; keys of this machine do not go there.")
        }
        let result = try invoke(Self.maker, Self.event)
        if case .failure(let body) = result.outcome {
            throw LocalError(
                .software, "\(Self.maker) could not make keys: \(String(decoding: body, as: UTF8.self))")
        }
    }

    /// Whether the secret, the database and the published key set know the same signing key.
    func areReady() throws(LocalError) -> Bool {
        guard let kid = try? document().active?.kid, let set = try? aws.publishedKeys(), set.key(kid.utf8) != nil
        else { return false }
        let connection = try database.connection()
        do throws(DatabaseError) {
            return try !connection.query(
                "select 1 from auth.signing_keys where kid = \(kid) and state = 'active'"
            ).isEmpty
        } catch {
            throw LocalError(.unavailable, "The signing keys in the database cannot be read: \(error).")
        }
    }

    /// The keys with their private halves.
    func document() throws(LocalError) -> AuthKeyDocument {
        guard let secret = template.functions.lazy.compactMap({ $0.environment[Self.secretVariable] }).first else {
            throw LocalError(.configuration, "No function of template.json has \(Self.secretVariable).")
        }
        let value = try aws.secrets.currentValue(secret)
        do throws(AuthKeyError) {
            return try AuthKeyDocument(parsing: Array(value.utf8))
        } catch {
            throw LocalError(.data, "The secret with the signing keys cannot be read: \(error).")
        }
    }
}
