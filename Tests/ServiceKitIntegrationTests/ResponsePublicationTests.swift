import AWSClient
import Codecs
import LambdaRuntime
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import ServiceKit

@Suite("A function publishes what it wrote after its response")
struct ResponsePublicationTests {
    /// A function's session, its bus on the wire, and what it notes.
    private final class Function {
        let rows: OutboxRows
        let written = WrittenEvents(isPublished: true)
        private let publication: ResponsePublication

        init(_ database: TestDatabase, _ bus: EventBusStandIn, through proxy: FaultProxy? = nil) throws {
            rows = OutboxRows(database)
            let configuration = try database.configuration(as: "nerdwork_loyalty")
            let session = Database(proxy?.through(configuration) ?? configuration)
            session.open()
            let variables = bus.variables
            let environment = RuntimeEnvironment(variables: { variables[$0] })
            publication = ResponsePublication(session, OutboxPublisher(try EventBus(for: environment)), written)
        }

        /// Writes events and takes note of them, as an invocation does.
        func write(_ count: Int, aggregates: Int = .max) throws -> [String] {
            let ids = try rows.write(count, aggregates: aggregates)
            for id in ids { if let id = UUID(id) { written.note(id) } }
            return ids
        }

        /// What follows the response; returns how long it took, in milliseconds.
        @discardableResult
        func respond(remainingMilliseconds: Int64 = 20_000) -> Int64 {
            let start = SystemClock.monotonicNanoseconds()
            publication.publish(
                after: InvocationContext(
                    requestID: "request",
                    deadline: SystemClock.now().advanced(byMilliseconds: remainingMilliseconds),
                    traceID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"))
            return (SystemClock.monotonicNanoseconds() - start) / 1_000_000
        }
    }

    @Test("One claim, one call, one booking; the call names bus and trace")
    func published() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let function = try Function(database, bus, through: proxy)
            let ids = try function.write(3)
            // Its statements are prepared at first use; the second time counts.
            function.respond()
            #expect(bus.accepted == ids)
            let more = try function.write(2)
            proxy.arm(nil)
            function.respond()
            #expect(bus.calls == [ids, more])
            #expect(proxy.roundTrips == 2)
            #expect(try function.rows.counts() == ["waiting": 0, "published": 5, "dead": 0])
            let entry = try #require(
                try Array(JSONDocument(parsing: bus.bodies[0]).root.member("Entries").elements).first)
            #expect(try entry.member("EventBusName").string() == "nerdwork")
            #expect(try entry.member("Source").string() == "nerdwork.loyalty")
            #expect(try entry.member("DetailType").string() == "Tested")
            #expect(try entry.member("TraceHeader").string().hasPrefix("Root=1-5759e988"))
        }
    }

    @Test("Where nothing was written nothing is asked of anybody")
    func nothingWritten() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let function = try Function(database, bus, through: proxy)
            proxy.arm(nil)
            function.respond()
            #expect(proxy.roundTrips == 0)
            #expect(bus.calls.isEmpty)
        }
    }

    @Test("Two events of one aggregate from one invocation go out one after the other")
    func sameAggregate() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let function = try Function(database, bus)
            let ids = try function.write(3, aggregates: 1)
            function.respond()
            #expect(bus.calls == ids.map { [$0] })
        }
    }

    @Test("An event behind one that somebody else wrote is left to the relay")
    func heldUp() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let function = try Function(database, bus)
            try function.rows.write(1, aggregates: 1, as: "nerdwork_ledger_audit")
            _ = try function.write(1, aggregates: 1)
            function.respond()
            #expect(bus.calls.isEmpty)
            #expect(try function.rows.counts()["waiting"] == 2)
        }
    }

    @Test(
        "A bus that fails costs little time, loses nothing, and is left alone for a while",
        arguments: ["gone", "silent", "cut", "500"])
    func failing(kind: String) throws {
        try withDatabase { database in
            let bus = try EventBusStandIn { _ in
                switch kind {
                case "silent": .acceptAndStall
                case "cut": .cut
                default: .refuse(500, "InternalException")
                }
            }
            if kind == "gone" { bus.stop() }
            defer { bus.stop() }
            let function = try Function(database, bus)
            _ = try function.write(1)
            #expect(function.respond() < 15_000, "a budget of 1.5 s of the invocation's 20; tests share their machine")
            #expect(try function.rows.counts() == ["waiting": 1, "published": 0, "dead": 0])
            let calls = bus.calls.count
            _ = try function.write(1)
            function.respond()
            #expect(bus.calls.count == calls, "it is left alone")
            #expect(try function.rows.counts() == ["waiting": 2, "published": 0, "dead": 0])
        }
    }

    @Test("With hardly any time left nothing is begun")
    func noTime() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let function = try Function(database, bus)
            _ = try function.write(1)
            function.respond(remainingMilliseconds: 150)
            #expect(bus.calls.isEmpty)
            #expect(try function.rows.counts()["waiting"] == 1)
        }
    }

    @Test("A database that is gone fails nothing")
    func databaseGone() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let function = try Function(database, bus, through: proxy)
            for fault in [FaultProxy.Fault.cut(.client, after: 0), .cut(.server, after: 0)] {
                _ = try function.write(1)
                proxy.arm(fault)
                function.respond()
            }
            #expect(try function.rows.counts()["dead"] == 0)
        }
    }
}
