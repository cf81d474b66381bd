import Codecs
import LocalRuntimeAPI
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("The executable ledger-audit")
struct AuditFunctionTests {
    @Test("answers a schedule, and its metrics are those that the alarms of template.json watch")
    func metrics() throws {
        try withDatabase { database in
            let run = try invoke(Array(#"{"detail":{"mode":"incremental"}}"#.utf8), on: database)
            guard case .response(let body) = run.outcome else {
                Issue.record("\(String(describing: run.outcome))")
                return
            }
            #expect(try JSONDocument(parsing: body).root.member("state").string() == "clean")

            let lines = run.output.split(separator: "\n").filter { $0.contains("_aws") }
            let line = try JSONDocument(parsing: Array(try #require(lines.first).utf8)).root
            #expect(lines.count == 1)
            let definitions = try line.member("_aws").member("CloudWatchMetrics")
            let definition = try #require(try Array(definitions.elements).first)
            let namespace = try definition.member("Namespace").string()
            var names: Set<String> = []
            for metric in try definition.member("Metrics").elements {
                let name = try metric.member("Name").string()
                names.insert(name)
                _ = try line.member(name).double()
            }
            var sets: [Set<String>] = []
            for set in try definition.member("Dimensions").elements {
                sets.append(Set(try set.elements.map { try $0.string() }))
            }

            let alarms = try Self.alarms(inNamespace: namespace)
            #expect(alarms.count >= 2)
            for alarm in alarms {
                #expect(names.contains(alarm.metric), "\(alarm.metric)")
                #expect(sets.contains(Set(alarm.dimensions.keys)), "\(alarm.metric)")
                for (name, value) in alarm.dimensions { #expect(try line.member(name).string() == value) }
            }
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

    private func invoke(
        _ event: [UInt8], on database: TestDatabase
    ) throws -> (outcome: InvocationOutcome?, output: String) {
        let server = try LocalRuntimeServer()
        defer { server.stop() }
        var variables = functionVariables(database, role: "nerdwork_ledger_audit")
        variables["AWS_LAMBDA_RUNTIME_API"] = server.address
        let child = try ChildProcess(
            try BuiltProducts.path(of: "ledger-audit"), environment: variables, folder: "/")
        let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
        let request = server.enqueue(LocalInvocation(payload: event, deadline: deadline))
        let outcome = server.outcome(of: request, timeoutMilliseconds: 60_000)
        _ = child.stop(graceMilliseconds: 2_000)
        var output: [UInt8] = []
        while let more = child.output.read(), !more.isEmpty { output += more }
        return (outcome, String(decoding: output, as: UTF8.self))
    }

    /// Metric and dimensions of the template's alarms in a namespace.
    private static func alarms(inNamespace namespace: String) throws -> [(metric: String, dimensions: [String: String])]
    {
        let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
        let template = try JSONDocument(parsing: try Files.read("\(root)/template.json")).root
        var alarms: [(String, [String: String])] = []
        for (_, resource) in try template.member("Resources").members {
            let properties = try resource.optional("Properties")
            guard try resource.member("Type").string() == "AWS::CloudWatch::Alarm", let properties,
                try properties.optional("Namespace")?.string() == namespace
            else { continue }
            var dimensions: [String: String] = [:]
            for dimension in try properties.member("Dimensions").elements {
                dimensions[try dimension.member("Name").string()] = try dimension.member("Value").string()
            }
            alarms.append((try properties.member("MetricName").string(), dimensions))
        }
        return alarms
    }
}
