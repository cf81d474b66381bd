internal import AWSClient
internal import AuthKeys
internal import Codecs
internal import JSONWebToken
internal import PostgresClient

/// Brings the keys of the auth service to the state that time and a wish ask for.
///
/// The secret says what is so; the table and the bucket follow it. Wherever a run is cut off, the next one completes it:
/// a key counts as published only after both have it, and the secret is told so last.
struct KeyProvisioning {
    let connection: PostgresConnection
    let places: KeyPlaces
    let issuer: String
    let now: () -> Timestamp
    /// Makes a key pair.
    var generate: () throws -> AuthKeyDocument.KeyPair = { try AuthKeyDocument.KeyPair.generate() }

    /// The advisory lock that one run holds at a time: Secrets Manager knows no comparing and setting.
    private static let lock: Int64 = 0x6E65_7264_6B65_7973

    /// Several at once wait for each other.
    ///
    /// Throws `DatabaseError`, `AWSError`, `AuthKeyError` and `ProvisionError.keysLost`.
    func run(_ wish: KeyRotation.Wish) throws -> KeyReport {
        _ = try connection.query("select pg_advisory_lock(\(Self.lock))")
        // Best effort: a connection that is gone has taken its lock with it.
        defer { _ = try? connection.query("select pg_advisory_unlock(\(Self.lock))") }
        let stored = try load()
        let (document, changes) = try KeyRotation.advance(stored ?? .empty, wish, now: now(), generate: generate)
        if !changes.isEmpty { try store(document) }
        let published = try publish(document)
        return KeyReport(
            changes: changes, active: published.active?.kid ?? "", published: published.published.count)
    }

    /// The stored document; nil where there is none yet, and there never was one for this database.
    private func load() throws -> AuthKeyDocument? {
        var document: AuthKeyDocument?
        if let bytes = try places.fetch() {
            do throws(AuthKeyError) {
                document = try AuthKeyDocument(parsing: bytes)
            } catch {
                guard error == .empty else { throw error }
            }
        }
        let known = try SigningKeyTable.identifiers(connection)
        let held = Set((document?.signing ?? []).map { Array($0.kid.utf8) })
        guard known.isEmpty || known.contains(where: { held.contains(Array($0.utf8)) }) else {
            throw ProvisionError.keysLost
        }
        return document
    }

    /// Stores the document while nobody else can have the lock.
    private func store(_ document: AuthKeyDocument) throws {
        _ = try connection.query("select 1")
        try places.store(document.json)
    }

    /// Tells everybody who verifies, and then the secret that everybody was told.
    private func publish(_ document: AuthKeyDocument) throws -> AuthKeyDocument {
        try SigningKeyTable.sync(document, connection)
        try places.publish(object(DiscoveryDocument.keysPath, try document.keySet.json))
        try places.publish(
            object(DiscoveryDocument.configurationPath, DiscoveryDocument.configuration(issuer: issuer)))
        guard let marked = document.markedPublished(now: now()) else { return document }
        try store(marked)
        try SigningKeyTable.sync(marked, connection)
        return marked
    }

    private func object(_ path: String, _ body: [UInt8]) -> StoredObject {
        StoredObject(
            key: String(path.dropFirst()), contentType: DiscoveryDocument.contentType,
            cacheControl: DiscoveryDocument.cacheControl, body: body)
    }
}
