import Codecs
import TestSupport
import Testing

@testable import AuthService

@Suite("Refreshing, against a model")
struct RefreshModelTests {
    private static let start = AuthClock.noon.millisecondsSince1970

    @Test("A hundred thousand random operations come to the same in the model and in PostgreSQL")
    func random() throws {
        try withDatabase { database in
            let real = try RefreshDatabase(AuthStage(database))
            var random = SeededRandom(stream: 41)
            let count = 40
            var time = Self.start
            for batch in 0..<100 {
                let first = batch * count + 1
                try real.begin(count, from: first, at: time)
                var models = [RefreshModel](repeating: RefreshModel(now: time), count: count)
                var steps: [RefreshDatabase.Step] = []
                var expected: [String] = []
                for _ in 0..<1_000 {
                    time += Self.pause(&random)
                    let number = Int.random(in: 0..<count, using: &random)
                    let operation = Self.operation(models[number], &random)
                    steps.append(.init(session: first + number, operation: operation, time: time))
                    expected.append(models[number].apply(operation, at: time) ?? "")
                }
                let outcomes = try real.run(steps)
                guard let place = zip(outcomes, expected).enumerated().first(where: { $1.0 != $1.1 }) else { continue }
                Issue.record(
                    """
                    seed \(random.seed), batch \(batch), step \(place.offset): \(steps[place.offset]) \
                    came to \(place.element.0), the model says \(place.element.1)
                    """)
                return
            }
        }
    }

    private static func pause(_ random: inout SeededRandom) -> Int64 {
        // Forty sessions share the clock, so that one sees four seconds of it between its own steps.
        switch Int.random(in: 0..<10_000, using: &random) {
        case 0..<4: Int64.random(in: 0..<172_800_000, using: &random)
        case 4..<10: Int64.random(in: 0..<4_000_000, using: &random)
        case 10..<100: [1_999, 2_000, 2_001, 9_999, 10_000, 29_999, 30_000].randomElement(using: &random) ?? 0
        default: Int64.random(in: 0..<200, using: &random)
        }
    }

    private static func operation(_ model: RefreshModel, _ random: inout SeededRandom) -> RefreshModel.Operation {
        switch Int.random(in: 0..<1_000, using: &random) {
        case 0: .signOut
        case 1..<3: .suspend
        case 3..<40: .activate
        case 40..<44: .promote
        case 44..<60: .demote
        case 60..<62: .use(counter: model.counter + Int64.random(in: 1...3, using: &random))
        case 62..<64: .use(counter: 4_294_967_295)
        case 64..<90: .use(counter: Int64.random(in: 0...model.counter, using: &random))
        case 90..<400: .use(counter: max(0, model.counter - 1))
        default: .use(counter: model.counter)
        }
    }
}
