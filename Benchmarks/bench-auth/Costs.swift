import Codecs
import Cryptography
import Platform
import PostgresClient

/// What signing in, a refresh and a profile take, beside what they cannot do without.
struct Costs {
    private let stage: Stage
    private let account: Accounts.Account
    private var accessToken = ""
    private var refreshToken = ""
    /// Of the service's role, to run a statement without the service.
    private let connection: PostgresConnection
    private var session = UUID(high: 0, low: 0)

    init(_ stage: Stage, _ account: Accounts.Account) throws {
        self.stage = stage
        self.account = account
        connection = try stage.connect()
        try signIn()
    }

    /// Prints a line for each sample: what, wall time and CPU time of this process in nanoseconds.
    mutating func run(_ names: [String], count: Int) throws {
        for _ in 0..<count {
            for name in names.shuffled() {
                if name == "query" { try findSession() }
                let (wall, processor) = try measure(name)
                print("cost\t\(name)\t\(wall)\t\(processor)")
            }
            // Nobody exceeds a rate, and the access token lives for 30 turns.
            stage.wait(milliseconds: 20_000)
        }
    }

    private mutating func measure(_ name: String) throws -> (wall: Int64, processor: Int64) {
        let (wall, processor) = (SystemClock.monotonicNanoseconds(), Self.processorNanoseconds())
        try perform(name)
        return (SystemClock.monotonicNanoseconds() - wall, Self.processorNanoseconds() - processor)
    }

    private mutating func perform(_ name: String) throws {
        switch name {
        case "login": try signIn()
        case "refresh": try refresh()
        case "profile":
            let request = Request(
                method: "GET", path: "/auth/profile", headers: [("authorization", "Bearer \(accessToken)")])
            _ = try Answer(stage.call(request.event).answer).text("email")
        case "scrypt":
            _ = try PasswordHash(
                hashing: SecretBytes(Accounts.password), salt: Array(repeating: 7, count: 16), cost: stage.cost,
                within: stage.cost == .standard ? .standard : .weakForTests)
        case "signature": _ = try stage.privateKey.signature(of: Array(repeating: 7, count: 600))
        case "query": try query()
        default: throw UsageError(words: "no operation \(name)")
        }
    }

    /// What `GET /auth/profile` asks the database, and nothing else.
    private func query() throws {
        let results = try connection.pipeline([
            """
            select role, acr, authenticated_at, email, locale, has_totp
            from auth.demand_entry(\(account.id), \(session), \(stage.now))
            """,
            """
            select user_id, email_display, display_name, locale, role, version, created_at, updated_at
            from auth.users where user_id = auth.current_user_id()
            """,
        ])
        guard results.last?.count == 1 else { throw UsageError(words: "no profile") }
    }

    /// One that lives, because each sign-in ends the oldest.
    private mutating func findSession() throws {
        session = try stage.administrator.query(
            "select session_id from auth.sessions where revoked_at is null order by created_at desc limit 1"
        ).only().decode("session_id")
    }

    private mutating func signIn() throws {
        let answer = try Answer(stage.call(Request.login(account.email, Accounts.password).event).answer)
        accessToken = try answer.text("access_token")
        refreshToken = try answer.text("refresh_token")
    }

    private mutating func refresh() throws {
        let request = Request(path: "/auth/token/refresh", members: [("refresh_token", refreshToken)])
        let answer = try Answer(stage.call(request.event).answer)
        accessToken = try answer.text("access_token")
        refreshToken = try answer.text("refresh_token")
    }

    private static func processorNanoseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
