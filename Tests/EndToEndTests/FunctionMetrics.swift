import Codecs
import LocalRuntimeAPI
import Platform
import StrictJSON
import Testing

@testable import LocalPlatform

/// Runs a real function for one event; what it answered and everything it wrote.
func invokeOnce(
    _ product: String, _ event: [UInt8], _ variables: [String: String]
) throws -> (outcome: InvocationOutcome?, output: String) {
    let server = try LocalRuntimeServer()
    defer { server.stop() }
    let child = try ChildProcess(
        try BuiltProducts.path(of: product),
        environment: variables.merging(["AWS_LAMBDA_RUNTIME_API": server.address]) { $1 }, folder: "/")
    let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
    let request = server.enqueue(LocalInvocation(payload: event, deadline: deadline))
    let outcome = server.outcome(of: request, timeoutMilliseconds: 60_000)
    _ = child.stop(graceMilliseconds: 2_000)
    var output: [UInt8] = []
    while let more = child.output.read(), !more.isEmpty { output += more }
    return (outcome, String(decoding: output, as: UTF8.self))
}

/// Expects one line of metrics, and in it whatever the alarms of template.json watch in that namespace.
func expectMetrics(_ output: String, watchedIn namespace: String, byAtLeast count: Int) throws {
    let lines = output.split(separator: "\n").filter { $0.contains("_aws") }
    let line = try JSONDocument(parsing: Array(try #require(lines.first).utf8)).root
    #expect(lines.count == 1)
    let definition = try #require(try Array(line.member("_aws").member("CloudWatchMetrics").elements).first)
    #expect(try definition.member("Namespace").string() == namespace)
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
    let alarms = try alarms(inNamespace: namespace)
    for alarm in alarms {
        #expect(names.contains(alarm.metric), "\(alarm.metric)")
        #expect(sets.contains(Set(alarm.dimensions.keys)), "\(alarm.metric)")
    }
    let matching = try alarms.filter { try $0.dimensions.allSatisfy { try line.member($0).string() == $1 } }
    #expect(matching.count >= count)
}

/// Metric and dimensions of the template's alarms in a namespace.
private func alarms(inNamespace namespace: String) throws -> [(metric: String, dimensions: [String: String])] {
    let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))
    let template = try JSONDocument(parsing: try Files.read("\(root)/template.json")).root
    var alarms: [(String, [String: String])] = []
    for (_, resource) in try template.member("Resources").members {
        let properties = try resource.optional("Properties")
        guard try resource.member("Type").string() == "AWS::CloudWatch::Alarm", let properties,
            try properties.optional("Namespace")?.string() == namespace
        else { continue }
        var dimensions: [String: String] = [:]
        if let list = try properties.optional("Dimensions") {
            for dimension in try list.elements {
                dimensions[try dimension.member("Name").string()] = try dimension.member("Value").string()
            }
        }
        alarms.append((try properties.member("MetricName").string(), dimensions))
    }
    return alarms
}
