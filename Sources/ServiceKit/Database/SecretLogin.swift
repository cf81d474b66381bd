internal import AWSClient
internal import Codecs
internal import PostgresClient
internal import StrictJSON

/// The database's user and password from Secrets Manager, in the form of RDS's own secrets:
/// `{"username":"…","password":"…"}`.
final class SecretLogin {
    private let secret: String
    private let user: String?
    private let makeCache: () -> SecretCache
    private lazy var cache = makeCache()
    private let now: () -> Timestamp

    /// - Parameter user: counts before the secret's `username`; nil for that.
    init(
        secret: String, user: String?, variables: @escaping (String) -> String?, now: @escaping () -> Timestamp
    ) {
        self.secret = secret
        self.user = user
        self.now = now
        makeCache = { SecretCache(AWSClient(environment: variables, now: now), now: now) }
    }

    /// What is kept, or, where the server refused that, what the service has now.
    func login(_ request: LoginRequest) throws(DatabaseError) -> SessionLogin {
        let call = AWSCall(deadline: now().advanced(byMilliseconds: request.milliseconds), marginMilliseconds: 0)
        do {
            let bytes =
                request.wasRefused ? try cache.refreshed(secret, call: call) : try cache.value(secret, call: call)
            return try Self.read(bytes, user: user)
        } catch let error as AWSError {
            throw DatabaseError(loginUnavailable: error)
        } catch {
            throw DatabaseError(
                .authentication, "the database's secret must be a JSON object with username and password")
        }
    }

    static func read(_ bytes: [UInt8], user: String?) throws(JSONError) -> SessionLogin {
        let root = try JSONDocument(parsing: bytes, limits: JSONLimits(maximumBytes: 65_536)).root
        let password = try root.member("password").string(maximumBytes: 4_096)
        if let user { return SessionLogin(user: user, password: password) }
        return SessionLogin(user: try root.member("username").string(maximumBytes: 256), password: password)
    }
}
