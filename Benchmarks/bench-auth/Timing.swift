import Platform

/// How long the service takes for accounts of different states: the same request over and over, in random order.
///
/// A round asks about every account once, each time from another network, and in another order; then the tables are put
/// back. So no sample depends on an earlier one, and one reset serves many.
struct Timing {
    private let stage: Stage
    private let accounts: Accounts
    private var fingerprints: [AccountState: Set<String>] = [:]

    init(_ stage: Stage, _ accounts: Accounts) {
        self.stage = stage
        self.accounts = accounts
    }

    /// Prints a line for each sample (route, state, nanoseconds) and one for each answer that a state got.
    mutating func run(_ route: String, samples: Int) throws {
        let request = try Self.request(route)
        let states = try Self.states(route)
        try stage.prepare(accounts, request)
        if route == "throttled" { try stage.throttle(accounts.everyone.map(\.account)) }
        var snapshot = try Snapshot(stage.administrator)
        let everyone = accounts.everyone.filter { states.contains($0.state) }
        for _ in 0..<(samples + Accounts.perState - 1) / Accounts.perState {
            try snapshot.restore()
            for account in accounts.all(.warmUp).prefix(4) {
                _ = try stage.call(request(account).from(Source.all[0]).event)
            }
            for ((state, account), source) in zip(everyone.shuffled(), Source.all.dropFirst().shuffled()) {
                try sample(route, state, request(account).from(source))
            }
        }
        for (state, answers) in fingerprints {
            for answer in answers { print("answer\t\(route)\t\(state.rawValue)\t\(answer.dropLast())") }
        }
    }

    private mutating func sample(_ route: String, _ state: AccountState, _ request: Request) throws {
        let (answer, nanoseconds) = try stage.call(request.event)
        let wasted = state.injectedNanoseconds == 0 ? 0 : Self.waste(nanoseconds: state.injectedNanoseconds)
        fingerprints[state, default: []].insert(Fingerprint.of(answer))
        print("sample\t\(route)\t\(state.rawValue)\t\(nanoseconds + wasted)")
    }

    private static func request(_ route: String) throws -> (Accounts.Account) -> Request {
        switch route {
        case "login", "throttled": { .login($0.email, Accounts.wrongPassword) }
        case "signup": { .signup($0.email) }
        case "resend": { .resend($0.email) }
        case "forgot": { .forgot($0.email) }
        default: throw UsageError(words: "no route \(route)")
        }
    }

    private static func states(_ route: String) throws -> [AccountState] {
        let everywhere: [AccountState] = [.active, .activeAgain, .activeDelayed, .unknown, .pending, .suspended]
        switch route {
        case "login": return everywhere + [.locked, .lockedUnknown, .passwordless]
        case "throttled": return everywhere
        default: return everywhere + [.locked]
        }
    }

    /// Time that passes inside what is measured.
    private static func waste(nanoseconds: Int64) -> Int64 {
        let start = SystemClock.monotonicNanoseconds()
        while SystemClock.monotonicNanoseconds() - start < nanoseconds {}
        return SystemClock.monotonicNanoseconds() - start
    }
}

struct UsageError: Error {
    let words: String
}
