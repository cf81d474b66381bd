import LocalRuntimeAPI
import StrictJSON
import TestSupport
import Testing

@Suite("The executable outbox-relay")
struct RelayFunctionTests {
    private static let schedule = Array(#"{"detail":{"task":"relay"}}"#.utf8)

    @Test("publishes what waits, tells its metrics, and writes no detail to its log")
    func publishes() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn { call in
                call == 0 ? .failEntries { place in place == 0 ? "MalformedDetail" : nil } : .accept
            }
            defer { bus.stop() }
            let written = try OutboxRows(database).write(25)
            var variables = functionVariables(database, role: "nerdwork_relay").merging(bus.variables) { $1 }
            variables["AWS_LAMBDA_LOG_LEVEL"] = "TRACE"
            let run = try invokeOnce("outbox-relay", Self.schedule, variables)
            guard case .response(let body) = run.outcome else {
                Issue.record("\(String(describing: run.outcome)) \(run.output)")
                return
            }
            let published = try JSONDocument(parsing: body).root.member("published").integer()
            #expect(published == 24)
            #expect(try OutboxRows(database).counts() == ["waiting": 0, "published": 24, "dead": 1])
            try expectMetrics(run.output, watchedIn: "Nerdwork/Outbox", byAtLeast: 2)
            #expect(run.output.contains(written[0]), "the id of what was given up")
            #expect(!run.output.contains("number"), "a member of the details")
        }
    }
}
