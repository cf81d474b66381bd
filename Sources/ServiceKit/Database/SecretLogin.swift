internal import AWSClient
internal import Codecs
internal import PostgresClient
internal import StrictJSON

/// The database's user and password from Secrets Manager (`LoginSecret`).
final class SecretLogin {
    private let secret: String
    private let user: String?
    private let makeCache: () -> SecretCache
    private lazy var cache = makeCache()
    private let now: () -> Timestamp
    private var given: [UInt8] = []

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
            given = request.wasRefused ? try newer(call) : try cache.value(secret, call: call)
            return try LoginSecret(parsing: given).login(as: user)
        } catch let error as AWSError {
            throw DatabaseError(loginUnavailable: error)
        } catch {
            throw DatabaseError(
                .authentication, "the database's secret must be a JSON object with username and password")
        }
    }

    /// The current value where it is another than the refused one; else that of a rotation under way.
    ///
    /// A rotation gives the role its new password before the new version is the current one. Whoever opens a session in
    /// between, or after a rotation that broke off there, finds the password at AWSPENDING.
    private func newer(_ call: AWSCall) throws(AWSError) -> [UInt8] {
        let current = try cache.refreshed(secret, call: call)
        guard current == given else { return current }
        do throws(AWSError) {
            return try cache.refreshed(secret, stage: .pending, call: call)
        } catch {
            guard error.isUnknownSecret else { throw error }
            return current
        }
    }
}
