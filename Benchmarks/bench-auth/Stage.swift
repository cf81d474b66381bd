import AuthKeys
import AuthService
import Codecs
import Cryptography
import JSONWebToken
import LambdaRuntime
import Platform
import PostgresClient
import ServiceKit

/// The auth service in this process, and a superuser beside it who undoes what each request did.
final class Stage {
    let administrator: PostgresConnection
    let keys: AuthKeySnapshot
    let privateKey: RSAPrivateKey
    let cost: ScryptCost
    private let clock: Clock
    private let service: AuthService
    private let handler: InvocationHandler
    private let ownConfiguration: ConnectionConfiguration

    /// Stands still unless told to move: the same moment in every sample.
    private final class Clock {
        var now = SystemClock.now()
    }

    init(_ variables: Environment, cost: ScryptCost) throws {
        let clock = Clock()
        let configuration = { (user: String, port: String) throws in
            try ConnectionConfiguration(
                hosts: [variables.required("PGHOST")],
                ports: [UInt16(clamping: variables.integer(port, in: 1...65_535))], database: "nerdwork", user: user,
                tlsMode: .disable)
        }
        administrator = try PostgresConnection(configuration("postgres", "PGPORT"))
        let made = try BenchKeys()
        keys = try AuthKeySnapshot(made.document)
        privateKey = made.privateKey
        self.cost = cost
        self.clock = clock
        let seal = try SecureRandom.bytes(count: 32)
        ownConfiguration = try configuration("nerdwork_auth", "SERVICE_PORT")
        service = AuthService(
            database: Database(ownConfiguration),
            keys: try KeyRing(document: made.document),
            seals: SealSource { _ in seal },
            settings: AuthSettings(
                issuer: "https://auth.nerdwork.example", audience: "nerdwork-api",
                origins: ["https://nerdwork.example"]),
            passwordCost: cost, now: { clock.now })
        handler = service.dispatcher.handle
        try administrator.execute(made.publication(now: clock.now))
    }

    var now: Timestamp { clock.now }

    /// Another connection like the service's.
    func connect() throws -> PostgresConnection { try PostgresConnection(ownConfiguration) }

    func wait(milliseconds: Int64) {
        clock.now = clock.now.advanced(byMilliseconds: milliseconds)
    }

    /// The service's answer, and the nanoseconds that it took.
    func call(_ event: [UInt8]) throws -> (answer: [UInt8], nanoseconds: Int64) {
        let context = InvocationContext(
            requestID: "8f3b6f0e-0000-4000-8000-000000000000",
            deadline: SystemClock.now().advanced(byMilliseconds: 29_000))
        let start = SystemClock.monotonicNanoseconds()
        let answer = try handler(event, context)
        return (answer, SystemClock.monotonicNanoseconds() - start)
    }
}

/// Keys as `provision` would have made them.
private struct BenchKeys {
    let privateKey: RSAPrivateKey
    let document: AuthKeyDocument
    private let kid: String

    init() throws {
        privateKey = try RSAPrivateKey.generate()
        kid = JSONWebKey.thumbprint(of: privateKey.publicKey)
        let encode = { (bytes: [UInt8]) in Base64.encode(bytes, alphabet: .url) }
        let text = """
            {"version":1,"signing":[{"kid":"\(kid)","state":"active","createdAt":1,"publishedAt":1,"activatedAt":1,\
            "n":"\(encode(privateKey.publicKey.modulus))","e":"\(encode(privateKey.publicKey.exponent))",\
            "privateKey":"\(encode(try privateKey.pkcs8.revealed()))"}],\
            "roots":[{"id":1,"secret":"\(encode(try SecureRandom.bytes(count: 32)))"}]}
            """
        document = try AuthKeyDocument(parsing: Array(text.utf8))
    }

    func publication(now: Timestamp) -> SQL {
        """
        insert into auth.signing_keys (kid, modulus, exponent, state, created_at, published_at, activated_at)
        values (\(kid), \(privateKey.publicKey.modulus), \(privateKey.publicKey.exponent), 'active', \(now), \(now),
            \(now))
        """
    }
}
