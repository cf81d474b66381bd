import Codecs
import LambdaRuntime
import OutboxRelayService
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport

/// The relay on a real database, with a bus on the wire.
struct Relay {
    let rows: OutboxRows
    private let handler: InvocationHandler

    init(_ database: TestDatabase, _ bus: EventBusStandIn) throws {
        rows = OutboxRows(database)
        let variables = bus.variables
        let environment = RuntimeEnvironment(variables: { variables[$0] })
        // No wait between attempts: the tests' time passes by hand.
        let publisher = OutboxPublisher(try EventBus(for: environment), random: { 0 })
        let session = Database(try database.configuration(as: "nerdwork_relay"))
        handler = OutboxRelayService(database: session, publisher: publisher, now: SystemClock.now).dispatcher.handle
    }

    /// One scheduled run; its answer.
    @discardableResult
    func run(milliseconds: Int64 = 60_000) throws -> JSONValue {
        let deadline = SystemClock.now().advanced(byMilliseconds: milliseconds)
        let answer = try handler(
            Array(#"{"detail":{"task":"relay"}}"#.utf8), InvocationContext(requestID: "request", deadline: deadline))
        return try JSONDocument(parsing: answer).root
    }

    /// Runs until nothing waits, at most `times`; every wait ends at once.
    func runUntilDone(times: Int, milliseconds: Int64 = 60_000) throws {
        for _ in 0..<times {
            try rows.letTimePass()
            try run(milliseconds: milliseconds)
            if try rows.counts()["waiting"] == 0 { return }
        }
    }
}
