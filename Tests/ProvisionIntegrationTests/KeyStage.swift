import AWSClient
import Codecs
import PostgresClient
import Synchronization
import TestSupport

@testable import AuthKeys
@testable import ProvisionService

/// Secrets Manager and S3 as far as keys need them, cut off where a test says so.
final class KeyPlacesStandIn: Sendable {
    /// Where a run ends: at its call of that number, before or after the call takes effect.
    struct Cut: Hashable, Sendable, CustomStringConvertible {
        let call: Int
        let isAfter: Bool

        var description: String { "\(isAfter ? "after" : "before") call \(call)" }
    }

    struct WasCut: Error {}

    struct State: Sendable {
        var secret: [UInt8]?
        var objects: [String: StoredObject] = [:]
        var stores = 0
        var calls = 0
        var cut: Cut?
    }

    let state: Mutex<State>

    init(secret: [UInt8]? = nil) {
        state = Mutex(State(secret: secret))
    }

    var now: State { state.withLock { $0 } }

    /// Ends the next run there; nil lets it come to its end.
    func cut(_ cut: Cut?) {
        state.withLock { state in
            state.cut = cut
            state.calls = 0
        }
    }

    var places: KeyPlaces {
        KeyPlaces(
            fetch: { try self.perform { $0.secret } },
            store: { bytes in
                try self.perform { state in
                    state.secret = bytes
                    state.stores += 1
                }
            },
            publish: { object in try self.perform { $0.objects[object.key] = object } })
    }

    private func perform<Value>(_ body: (inout State) -> Value) throws -> Value {
        try state.withLock { state in
            state.calls += 1
            if state.cut == Cut(call: state.calls, isAfter: false) { throw WasCut() }
            let value = body(&state)
            if state.cut == Cut(call: state.calls, isAfter: true) { throw WasCut() }
            return value
        }
    }
}

/// A database with the schema, the places, and a clock that the test moves.
final class KeyStage {
    static let issuer = "https://issuer.test"
    static let day: Int64 = 86_400_000
    /// Making a key takes a while; by the time that one is used again its first use is forgotten.
    static let pairs: [AuthKeyDocument.KeyPair] = (0..<8).compactMap { _ in try? .generate() }

    let database: TestDatabase
    let connection: PostgresConnection
    let standIn = KeyPlacesStandIn()
    var now = Timestamp(millisecondsSince1970: 1_790_000_000_000)
    private var made = 0

    init(_ database: TestDatabase) throws {
        self.database = database
        connection = try database.connect()
    }

    @discardableResult
    func run(_ wish: KeyRotation.Wish = .nothing, places: KeyPlaces? = nil) throws -> KeyReport {
        try KeyProvisioning(
            connection: connection, places: places ?? standIn.places, issuer: Self.issuer, now: { [self] in now },
            generate: { [self] in
                made += 1
                return Self.pairs[(made - 1) % Self.pairs.count]
            }
        ).run(wish)
    }

    func pass(_ milliseconds: Int64) {
        now = now.advanced(byMilliseconds: milliseconds)
    }

    func document() throws -> AuthKeyDocument {
        try AuthKeyDocument(parsing: standIn.now.secret ?? [])
    }

    /// What the table says of each key, in one line.
    func table() throws -> [String] {
        try connection.query(
            """
            select kid || ' ' || state || ' ' || encode(modulus, 'hex') || ' ' || encode(exponent, 'hex') || ' '
                || concat_ws(',', extract(epoch from created_at)::bigint, extract(epoch from published_at)::bigint,
                    extract(epoch from activated_at)::bigint, extract(epoch from retired_at)::bigint) as line
              from auth.signing_keys order by 1
            """
        ).map { try $0.decode("line", as: String.self) }
    }

    /// The same lines, from the document.
    func expectedTable() throws -> [String] {
        try document().signing.map { key in
            let times = [key.createdAt, key.publishedAt, key.activatedAt, key.retiredAt].compactMap { time in
                time.map { "\($0.millisecondsSince1970 / 1_000)" }
            }
            return [
                key.kid, key.state.rawValue, Hex.encode(key.modulus), Hex.encode(key.exponent),
                times.joined(separator: ","),
            ].joined(separator: " ")
        }.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
    }
}
