import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Dying anywhere between writing an event and booking that the bus has it loses nothing, and keeps the order.
@Suite("Events survive the death of those who publish them", .serialized)
struct OutboxKillTests {
    private static let readCount = 900

    @Test(
        "Two functions and two relays, killed at random, on a bus that fails: it has every event, each reader's in order"
    )
    func eventsSurviveKills() throws {
        try withDatabase { database in
            var random = SeededRandom(stream: 20_000)
            let plan = ReadingPlan(readCount: Self.readCount, readers: 30, repeated: 0.1, random: &random)
            let bus = try EventBusStandIn(Self.misbehave(random.next()))
            defer { bus.stop() }
            let queue = DeliveryQueue(plan.deliveries)
            let kills = try run(plan, queue, bus, on: database, seed: random.next())

            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(kills) kills")
            #expect(kills >= 15, comment)
            #expect(queue.failures.isEmpty, comment)
            #expect(queue.answered == Self.readCount, comment)
            let rows = OutboxRows(database)
            let written = try identifiers(on: database)
            #expect(written.count > Self.readCount / 2, comment)
            #expect(try rows.counts() == ["waiting": 0, "published": written.count, "dead": 0], comment)
            #expect(Set(bus.accepted) == Set(written), comment)
            #expect(try rows.overtaken(bus.accepted).isEmpty, comment)
            let traced = bus.bodies.count { $0.contains("TraceHeader") }
            #expect(traced >= 50, "published by functions; \(comment)")
            #expect(bus.bodies.count - traced >= 20, "published by relays; \(comment)")
        }
    }

    /// What the bus does to the n-th call.
    private static func misbehave(_ seed: UInt64) -> @Sendable (Int) -> EventBusStandIn.Behaviour {
        { call in
            var random = SeededRandom(seed: seed, stream: UInt64(call))
            switch Int.random(in: 0..<100, using: &random) {
            case 0, 1: return .cut
            case 2, 3: return .acceptAndCut
            case 4, 5: return .refuse(400, "ThrottlingException")
            case 6: return .refuse(500, "InternalException")
            case 7...16: return .failEntries { $0 % 2 == 0 ? "InternalFailure" : nil }
            case 17...36: return .acceptAfter(milliseconds: UInt32.random(in: 1...5, using: &random))
            default: return .accept
            }
        }
    }

    /// Delivers all reads and relays until nothing waits, while another thread kills; returns how often it did.
    private func run(
        _ plan: ReadingPlan, _ queue: DeliveryQueue, _ bus: EventBusStandIn, on database: TestDatabase, seed: UInt64
    ) throws -> Int {
        let functions = try workers("loyalty", "nerdwork_loyalty", bus, database)
        let relays = try workers("outbox-relay", "nerdwork_relay", bus, database)
        let schedule = Schedule(OutboxRows(database))
        let failures = Mutex<[String]>([])
        let working = Mutex(4)
        let killer = Killer(functions + relays, seed: seed, every: 10...60) {
            queue.settledDeliveries + bus.callCount
        }
        let killing = SystemThread.start { killer.run { working.withLock { $0 > 0 } } }
        concurrently(4) { index in
            defer { working.withLock { $0 -= 1 } }
            do {
                if index < 2 {
                    defer { schedule.writerEnded() }
                    try functions[index].run(
                        next: { queue.next().map { ($0, plan.event($0)) } }, settled: { queue.settle($0, $1) })
                } else {
                    try relays[index - 2].run(next: { schedule.next() }, settled: { schedule.note($1) })
                }
            } catch {
                failures.withLock { $0.append(String(describing: error)) }
            }
        }
        killing?.join()
        #expect(failures.withLock { $0 }.isEmpty)
        #expect(schedule.failures.isEmpty)
        return killer.kills
    }

    private func workers(
        _ product: String, _ role: String, _ bus: EventBusStandIn, _ database: TestDatabase
    ) throws -> [FunctionWorker] {
        let variables = functionVariables(database, role: role).merging(bus.variables) { $1 }
        let executable = try BuiltProducts.path(of: product)
        return (0..<2).map { _ in FunctionWorker(executable: executable, variables: variables) }
    }

    private func identifiers(on database: TestDatabase) throws -> [String] {
        try database.connect().query("select event_id::text as id from outbox.events").map { try $0.decode("id") }
    }
}
