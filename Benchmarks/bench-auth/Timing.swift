import Platform

/// How long the service takes for accounts of different states: the same request over and over, in random order.
struct Timing {
    /// Samples that are compared with each other.
    private struct Class {
        let name: String
        let accounts: [Accounts.Account]
        /// Wasted on purpose, to see whether the measurement would show it.
        var injectedNanoseconds: Int64 = 0
        var fingerprints: Set<String> = []
    }

    private let stage: Stage
    private let samples: Int

    init(_ stage: Stage, samples: Int) {
        self.stage = stage
        self.samples = samples
    }

    /// Prints a line for each sample (route, class, nanoseconds) and one for each answer that a class got.
    func run(_ accounts: Accounts, routes: [String]) throws {
        for route in routes {
            switch route {
            case "login":
                try measure(route, Self.states(accounts, with: AccountState.allCases) + Self.controls(accounts)) {
                    .login($0.email, Accounts.wrongPassword)
                }
            case "throttled": try measureThrottled(accounts)
            case "signup": try measure(route, Self.states(accounts, with: Self.mailed)) { .signup($0.email) }
            case "resend": try measure(route, Self.states(accounts, with: Self.mailed)) { .resend($0.email) }
            case "forgot": try measure(route, Self.states(accounts, with: Self.mailed)) { .forgot($0.email) }
            default: throw UsageError(words: "no route \(route)")
            }
        }
    }

    private static let mailed: [AccountState] = [.active, .unknown, .pending, .suspended, .locked]
    private static let injected: Int64 = 20_000

    private static func states(_ accounts: Accounts, with states: [AccountState]) -> [Class] {
        states.map { Class(name: $0.rawValue, accounts: accounts.all($0)) }
    }

    /// The first must not differ from `active`, the second must.
    private static func controls(_ accounts: Accounts) -> [Class] {
        [
            Class(name: "active again", accounts: accounts.all(.active)),
            Class(name: "active + 20 µs", accounts: accounts.all(.active), injectedNanoseconds: injected),
        ]
    }

    private func measureThrottled(_ accounts: Accounts) throws {
        let classes = Self.states(accounts, with: [.active, .unknown])
        for attempt in 0..<6 {
            for (number, account) in classes.flatMap(\.accounts).enumerated() {
                var request = Request.login(account.email, Accounts.wrongPassword)
                request.source = "203.0.113.\(number)"
                _ = try stage.call(request.event)
            }
            // The last failure is no second old when the samples are taken.
            if attempt < 5 { stage.wait(milliseconds: 1_000_000) }
        }
        try measure("throttled", classes) { .login($0.email, Accounts.wrongPassword) }
    }

    private func measure(_ route: String, _ classes: [Class], _ request: (Accounts.Account) -> Request) throws {
        var (classes, undo) = (classes, try prepared(classes, request))
        for _ in 0..<samples {
            for index in classes.indices.shuffled() {
                guard let account = classes[index].accounts.randomElement() else { continue }
                let event = request(account).event
                try undo()
                let injected = classes[index].injectedNanoseconds
                let (answer, nanoseconds) = try stage.call(event)
                let wasted = injected == 0 ? 0 : Self.waste(nanoseconds: injected)
                classes[index].fingerprints.insert(Fingerprint.of(answer))
                print("sample\t\(route)\t\(classes[index].name)\t\(nanoseconds + wasted)")
            }
        }
        for one in classes {
            for answer in one.fingerprints { print("answer\t\(route)\t\(one.name)\t\(answer.dropLast())") }
        }
    }

    /// Has every request been made once, so that no sample is the first of its account, and remembers what is then.
    private func prepared(_ classes: [Class], _ request: (Accounts.Account) -> Request) throws -> Undo {
        var undo = try Undo(stage.administrator)
        for account in classes.flatMap(\.accounts) {
            try undo()
            _ = try stage.call(request(account).event)
        }
        try undo()
        return undo
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
