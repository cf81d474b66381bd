import LocalRuntimeAPI
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@Suite("The executable ledger-audit")
struct AuditFunctionTests {
    @Test("answers a schedule, and its metrics are those that the alarms of template.json watch")
    func metrics() throws {
        try withDatabase { database in
            let run = try invokeOnce(
                "ledger-audit", Array(#"{"detail":{"mode":"incremental"}}"#.utf8),
                functionVariables(database, role: "nerdwork_ledger_audit"))
            guard case .response(let body) = run.outcome else {
                Issue.record("\(String(describing: run.outcome))")
                return
            }
            #expect(try JSONDocument(parsing: body).root.member("state").string() == "clean")

            try expectMetrics(run.output, watchedIn: "Nerdwork/Ledger", byAtLeast: 2)
        }
    }

    @Test("publishes its report after its response, where there is a bus")
    func publishes() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let variables = functionVariables(database, role: "nerdwork_ledger_audit").merging(bus.variables) { $1 }
            let worker = FunctionWorker(executable: try BuiltProducts.path(of: "ledger-audit"), variables: variables)
            // The second is asked for when the first is published.
            let queue = DeliveryQueue([0, 1])
            try worker.run(
                next: { queue.next().map { ($0, Array(#"{"detail":{"mode":"full"}}"#.utf8)) } },
                settled: { queue.settle($0, $1) })
            #expect(queue.failures.isEmpty)
            let first = try database.connect().query(
                "select event_id::text as id from outbox.events order by position limit 1"
            ).only()
            #expect(try bus.accepted.first == first.decode("id", as: String.self))
            #expect(bus.bodies.first?.contains("LedgerAuditCompleted") == true)
        }
    }
}
