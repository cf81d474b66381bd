internal import AWSClient
internal import Codecs
internal import LambdaRuntime
internal import Platform
internal import PostgresClient

/// How a function shows the database who it is.
enum DatabaseLogin: Equatable {
    /// `PGUSER` and `PGPASSWORD`.
    case variables
    /// The JSON secret that `DATABASE_SECRET_ARN` names; `PGUSER` counts before its `username`.
    case secret(id: String)
    /// `DATABASE_AUTH=iam`: a token of RDS for `PGUSER`, made for each session.
    case token

    /// Reads which it is.
    ///
    /// Throws an error that names the variable.
    init(_ environment: RuntimeEnvironment) throws(InitializationError) {
        let variables = Environment { environment[$0] }
        let kind = try variables.choice("DATABASE_AUTH", of: ["password", "iam"], default: "password")
        let secret = variables.optional("DATABASE_SECRET_ARN")
        switch (kind, secret) {
        case ("iam", nil): self = .token
        case ("iam", _): throw Environment.error("DATABASE_SECRET_ARN", "must not be set with DATABASE_AUTH=iam")
        case (_, let id?): self = .secret(id: id)
        default: self = .variables
        }
    }

    /// Where the database is, from the `PG*` variables.
    func configuration(_ environment: RuntimeEnvironment) throws(InitializationError) -> ConnectionConfiguration {
        do {
            return try ConnectionConfiguration(
                environment: { environment[$0] }, defaultUser: isSecret ? "the-secret's-user" : nil)
        } catch {
            throw InitializationError(message: error.message)
        }
    }

    /// What `Database` asks before each session; nil where user and password are fixed.
    ///
    /// The client of AWS is made when it is first asked.
    func source(
        for configuration: ConnectionConfiguration, _ environment: RuntimeEnvironment,
        now: @escaping () -> Timestamp = SystemClock.now
    ) throws(InitializationError) -> LoginSource? {
        switch self {
        case .variables: return nil
        case .secret(let id):
            let user = Environment { environment[$0] }.optional("PGUSER")
            let login = SecretLogin(secret: id, user: user, variables: { environment[$0] }, now: now)
            return { request throws(DatabaseError) in try login.login(request) }
        case .token:
            let login = try TokenLogin(for: configuration, variables: { environment[$0] }, now: now)
            return { request throws(DatabaseError) in try login.login(request) }
        }
    }

    private var isSecret: Bool {
        if case .secret = self { true } else { false }
    }
}

extension DatabaseError {
    /// The login could not be had from AWS; passes, as when the database does not answer.
    init(loginUnavailable error: AWSError) {
        self.init(error.code == .deadline ? .deadline : .unavailable, "the database's login cannot be had: \(error)")
    }
}
