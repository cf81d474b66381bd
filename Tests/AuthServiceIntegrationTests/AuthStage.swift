import AuthKeys
import Codecs
import Cryptography
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport

@testable import AuthService

/// A clock that stands still until a test moves it.
final class AuthClock: Sendable {
    private let time: Mutex<Timestamp>

    /// 2026-11-21, 12:00 UTC.
    static let noon = Timestamp(millisecondsSince1970: 1_795_262_400_000)

    init(_ start: Timestamp = noon) {
        time = Mutex(start)
    }

    var now: Timestamp { time.withLock { $0 } }

    func advance(seconds: Int64) { advance(milliseconds: seconds * 1_000) }
    func advance(milliseconds: Int64) { time.withLock { $0 = $0.advanced(byMilliseconds: milliseconds) } }
}

/// The service on a real database, as the role that it has in production, with a clock that stands still, cheap password
/// hashes, and keys that only the tests know.
final class AuthStage {
    let database: TestDatabase
    let clock: AuthClock
    let service: AuthService
    let session: Database
    let written: WrittenEvents

    static let issuer = "https://auth.test"
    static let audience = "nerdwork-api"
    static let origin = "https://nerdwork.test"
    static let sealingSecret = [UInt8](repeating: 0x5E, count: 32)
    /// N = 16: what the cost of hashing is does not matter here.
    static let cost = ScryptCost(logN: 4, blockSize: 8, parallelism: 1)

    /// - Parameter proxy: stands between the service and the server
    init(
        _ database: TestDatabase, clock: AuthClock = AuthClock(), through proxy: FaultProxy? = nil,
        document: AuthKeyDocument? = nil, cost: ScryptCost = AuthStage.cost
    ) throws {
        self.database = database
        self.clock = clock
        let configuration = try database.configuration(as: "nerdwork_auth")
        session = Database(proxy?.through(configuration) ?? configuration)
        written = WrittenEvents(isPublished: true)
        let settings = AuthSettings(issuer: Self.issuer, audience: Self.audience, origins: [Self.origin])
        service = AuthService(
            database: session, keys: try KeyRing(document: document ?? StageKeys.document()),
            seals: SealSource { _ in Self.sealingSecret }, settings: settings, written: written, passwordCost: cost,
            now: { clock.now })
    }

    /// Another environment of the same function: own connection, same database and clock.
    func another() throws -> AuthStage {
        try AuthStage(database, clock: clock)
    }

    /// The keys of now.
    func keys() throws -> AuthKeySnapshot {
        try service.keys.current()
    }

    /// A request as API Gateway hands it over, and the answer.
    func call(_ request: StageRequest) throws -> StageAnswer {
        let context = InvocationContext(requestID: "request-\(request.path)", deadline: StageDeadline.inOneMinute)
        let answer = try StageAnswer(service.dispatcher.handle(request.payload, context))
        // Whatever a test is about, no answer may be one that the document does not have.
        try OpenAPIContract.verify(request.method, request.path, answer)
        return answer
    }

    /// The first column of the first row, as a superuser sees it.
    func value<Value: ColumnDecodable>(_ sql: SQL, as type: Value.Type = Value.self) throws -> Value {
        try database.connect().query(sql).only().decode("value")
    }
}

/// The keys of the tests: made once in a process, because a pair of RSA keys takes its time.
enum StageKeys {
    private static let made = Result {
        try KeyRotation.advance(.empty, now: AuthClock.noon.advanced(byMilliseconds: -86_400_000)) {
            try AuthKeyDocument.KeyPair.generate()
        }.document
    }

    static func document() throws -> AuthKeyDocument { try made.get() }
}
