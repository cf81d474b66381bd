import Codecs
import TestSupport
import Testing

@testable import AuthService

/// One browser whose tabs share the cookie: each tab sends what the cookie holds, the request arrives or is lost, the
/// answer arrives or is lost, in every order, and what was lost is sent again.
private struct Browser: Hashable {
    enum Phase: Hashable {
        case idle
        case sent(Int64)
        case answered(Int64)
        case done
    }

    static let steps = 1_500
    var session: RefreshModel
    var cookie: Int64 = 0
    var tabs: [Phase]
    var losses = 0
    var time: Int64
    /// What the server saw; nil where only the state counts, so that histories that lead to the same one are one.
    var seen: [Use]?

    struct Use: Hashable {
        let counter: Int64
        let time: Int64
    }

    init(tabs count: Int, at time: Int64, remembers: Bool) {
        session = RefreshModel(now: time)
        tabs = Array(repeating: .idle, count: count)
        self.time = time
        seen = remembers ? [] : nil
    }

    /// Every way that it can go on, each with what the server said, if it was asked.
    func successors(maximumLosses: Int) -> [(Browser, String?)] {
        tabs.indices.flatMap { tab -> [(Browser, String?)] in
            var next = self
            next.time += Int64(Self.steps)
            switch tabs[tab] {
            case .idle:
                next.tabs[tab] = .sent(cookie)
                return [(next, nil)]
            case .sent(let counter):
                var lost = next
                let outcome = next.session.apply(.use(counter: counter), at: next.time)
                next.seen?.append(Use(counter: counter, time: next.time))
                next.tabs[tab] = .answered(next.session.counter)
                guard losses < maximumLosses else { return [(next, outcome)] }
                lost.losses += 1
                lost.tabs[tab] = .idle
                return [(next, outcome), (lost, nil)]
            case .answered(let counter):
                var lost = next
                next.cookie = counter
                next.tabs[tab] = .done
                guard losses < maximumLosses else { return [(next, nil)] }
                lost.losses += 1
                lost.tabs[tab] = .idle
                return [(next, nil), (lost, nil)]
            case .done: return []
            }
        }
    }
}

@Suite("Refreshing, in every order")
struct RefreshInterleavingTests {
    private static let start = AuthClock.noon.millisecondsSince1970

    @Test("Three tabs whose requests and answers get lost three times never lose the session, in any order")
    func honest() throws {
        let (states, _) = try Self.explore(Browser(tabs: 3, at: Self.start, remembers: false), maximumLosses: 3)
        #expect(states > 10_000)
    }

    @Test("Nor do they on the database", arguments: [(tabs: 3, losses: 1), (tabs: 2, losses: 2)])
    func honestOnDatabase(tabs: Int, losses: Int) throws {
        let browser = Browser(tabs: tabs, at: Self.start, remembers: true)
        let (_, histories) = try Self.explore(browser, maximumLosses: losses)
        #expect(histories.count > 50)
        try replay(histories) { outcomes in outcomes.allSatisfy { $0 == "rotated" || $0 == "replayed" } }
    }

    /// Every state that can be reached, counted, and every history that has come to its end.
    private static func explore(_ browser: Browser, maximumLosses: Int) throws -> (Int, Set<[Browser.Use]>) {
        var open: Set<Browser> = [browser]
        var histories: Set<[Browser.Use]> = []
        var states = 0
        while !open.isEmpty {
            var next: Set<Browser> = []
            for browser in open {
                states += 1
                let successors = browser.successors(maximumLosses: maximumLosses)
                if successors.isEmpty { histories.insert(browser.seen ?? []) }
                for (successor, outcome) in successors {
                    if let outcome, outcome != "rotated", outcome != "replayed" {
                        throw HarnessError("\(outcome): \(successor)")
                    }
                    next.insert(successor)
                }
            }
            open = next
        }
        return (states, histories)
    }

    /// The same histories on the database, each with a session of its own.
    private func replay(_ traces: Set<[Browser.Use]>, _ isRight: ([String]) -> Bool) throws {
        try withDatabase { database in
            let real = try RefreshDatabase(AuthStage(database))
            try real.begin(traces.count, at: Self.start)
            let numbered = Array(traces).enumerated().map { ($0.offset + 1, $0.element) }
            for start in stride(from: 0, to: numbered.count, by: 500) {
                let part = numbered[start..<min(start + 500, numbered.count)]
                let steps = part.flatMap { number, trace in
                    trace.map {
                        RefreshDatabase.Step(session: number, operation: .use(counter: $0.counter), time: $0.time)
                    }
                }
                var outcomes = try real.run(steps)[...]
                for (_, trace) in part {
                    #expect(isRight(Array(outcomes.prefix(trace.count))), "\(trace)")
                    outcomes = outcomes.dropFirst(trace.count)
                }
            }
        }
    }

    @Test("A copied token that is used half a minute after it was replaced ends the session for both, in any order")
    func theft() throws {
        // Each step: who uses the token that they hold (or the thief the copy), and how long they waited.
        let choices: [(who: Int, pause: Int64)] = (0..<2).flatMap { who in
            [Int64(1_000), 10_000, 30_000].map { (who, $0) }
        }
        var sequences: [[Int]] = [[]]
        for _ in 0..<5 { sequences = sequences.flatMap { prefix in choices.indices.map { prefix + [$0] } } }
        try withDatabase { database in
            let real = try RefreshDatabase(AuthStage(database))
            try real.begin(sequences.count, at: Self.start)
            var steps: [RefreshDatabase.Step] = []
            var expected: [String] = []
            var deaths = 0
            for (number, sequence) in sequences.enumerated() {
                var oracle = TheftOracle(now: Self.start)
                for choice in sequence.map({ choices[$0] }) {
                    let (counter, outcome) = oracle.use(by: choice.who, after: choice.pause)
                    steps.append(.init(session: number + 1, operation: .use(counter: counter), time: oracle.time))
                    expected.append(outcome)
                }
                if oracle.isDead { deaths += 1 }
            }
            let outcomes = try stride(from: 0, to: steps.count, by: 2_000).flatMap { start in
                try real.run(Array(steps[start..<min(start + 2_000, steps.count)]))
            }
            let wrong = zip(outcomes, expected).enumerated().first { $1.0 != $1.1 }
            #expect(wrong == nil, "step \(wrong?.offset ?? 0): \(wrong?.element.0 ?? "") for \(wrong?.element.1 ?? "")")
            #expect(deaths > 1_000 && deaths < sequences.count)
        }
    }
}

/// What must come of two who hold the same token, told by when each token was replaced and by nothing else.
private struct TheftOracle {
    var time: Int64
    var isDead = false
    private var held: [Int64] = [0, 0]
    private var replaced: [Int64: Int64] = [:]
    private var current: Int64 = 0

    init(now: Int64) {
        time = now
    }

    mutating func use(by who: Int, after pause: Int64) -> (counter: Int64, outcome: String) {
        time += pause
        let counter = held[who]
        guard !isDead else { return (counter, "revoked") }
        if let moment = replaced[counter] {
            guard time - moment < 30_000 else {
                isDead = true
                return (counter, "reused")
            }
            held[who] = current
            return (counter, "replayed")
        }
        replaced[counter] = time
        current += 1
        held[who] = current
        return (counter, "rotated")
    }
}
