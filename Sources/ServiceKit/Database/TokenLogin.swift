internal import AWSClient
internal import AWSSignature
internal import Codecs
internal import LambdaRuntime
internal import PostgresClient

/// RDS's token as the password: made on the spot for each session, because it is good for 15 minutes.
final class TokenLogin {
    private let host: String
    private let port: UInt16
    private let user: String
    private let makeClient: () -> AWSClient
    private lazy var client = makeClient()
    private let now: () -> Timestamp

    /// Throws where there is more than one host, for each of which a token would be needed, and where the token might
    /// go over the wire in the clear.
    init(
        for configuration: ConnectionConfiguration, variables: @escaping (String) -> String?,
        now: @escaping () -> Timestamp
    ) throws(InitializationError) {
        guard configuration.hosts.count == 1, let host = configuration.hosts.first,
            let port = configuration.ports.first
        else { throw Environment.error("PGHOST", "must be one host with DATABASE_AUTH=iam") }
        guard [.require, .verifyAuthority, .verifyFull].contains(configuration.tlsMode) else {
            throw Environment.error("PGSSLMODE", "must be require, verify-ca or verify-full with DATABASE_AUTH=iam")
        }
        self.host = host
        self.port = port
        user = configuration.user
        self.now = now
        makeClient = { AWSClient(environment: variables, now: now) }
    }

    func login(_ request: LoginRequest) throws(DatabaseError) -> SessionLogin {
        let call = AWSCall(deadline: now().advanced(byMilliseconds: request.milliseconds), marginMilliseconds: 0)
        do {
            let token = try RDSAuthToken.make(
                host: host, port: port, region: client.region, user: user, credentials: client.credentials(call),
                at: client.serviceTime)
            return SessionLogin(password: token)
        } catch let error as AWSError {
            throw DatabaseError(loginUnavailable: error)
        } catch {
            throw DatabaseError(.configuration, "no token can be made for this host and user")
        }
    }
}
