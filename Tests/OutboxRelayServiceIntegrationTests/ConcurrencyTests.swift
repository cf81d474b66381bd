import AWSClient
import Codecs
import LambdaRuntime
import Platform
import PostgresClient
import ServiceKit
import Synchronization
import TestSupport
import Testing

@Suite("Functions and relays publish at the same time")
struct ConcurrencyTests {
    /// What the bus does to the n-th call: mostly its work, sometimes anything else.
    private static func misbehave(_ seed: UInt64) -> @Sendable (Int) -> EventBusStandIn.Behaviour {
        { call in
            var random = SeededRandom(seed: seed, stream: UInt64(call))
            switch Int.random(in: 0..<20, using: &random) {
            case 0: return .cut
            case 1: return .acceptAndCut
            case 2: return .refuse(400, "ThrottlingException")
            case 3: return .acceptAndStammer
            case 4, 5: return .failEntries { $0 % 2 == 0 ? "InternalFailure" : nil }
            case 6...10: return .acceptAfter(milliseconds: UInt32.random(in: 1...20, using: &random))
            default: return .accept
            }
        }
    }

    @Test("Two functions that write and publish, and two relays: no event overtakes another of its aggregate")
    func together() throws {
        try withDatabase { database in
            let seed = SeededRandom.processSeed
            let bus = try EventBusStandIn(Self.misbehave(seed))
            defer { bus.stop() }
            let writing = Mutex(2)
            let failures = Mutex<[String]>([])
            concurrently(4) { index in
                do {
                    if index < 2 {
                        defer { writing.withLock { $0 -= 1 } }
                        try writeAndPublish(database, bus, named: "reader-\(index)")
                    } else {
                        let relay = try Relay(database, bus)
                        while writing.withLock({ $0 > 0 }) {
                            try relay.rows.letTimePass()
                            try relay.run()
                        }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 }.isEmpty)
            try Relay(database, bus).runUntilDone(times: 60)
            let comment: Comment = "NERDWORK_TEST_SEED=\(seed)"
            let rows = OutboxRows(database)
            #expect(try rows.counts() == ["waiting": 0, "published": 300, "dead": 0], comment)
            #expect(Set(bus.accepted).count == 300, comment)
            #expect(try rows.overtaken(bus.accepted).isEmpty, comment)
        }
    }

    /// 50 invocations of a function, each with three events in a few aggregates, so that the relays find some of them first.
    private func writeAndPublish(_ database: TestDatabase, _ bus: EventBusStandIn, named name: String) throws {
        let variables = bus.variables
        let environment = RuntimeEnvironment(variables: { variables[$0] })
        let session = Database(try database.configuration(as: "nerdwork_loyalty"))
        for number in 0..<50 {
            let written = WrittenEvents(isPublished: true)
            // A new one each time: else the first failure would pause it for longer than the test.
            let publication = ResponsePublication(
                session, OutboxPublisher(try EventBus(for: environment), random: { 0 }), written)
            for id in try OutboxRows(database).write(3, aggregates: number % 3 + 1, named: name) {
                if let id = UUID(id) { written.note(id) }
            }
            publication.publish(
                after: InvocationContext(
                    requestID: "request", deadline: SystemClock.now().advanced(byMilliseconds: 20_000)))
        }
    }
}
