import LocalPlatform
import LocalServe
import Platform
import TestSupport
import Testing

/// A pool with one scripted function, and what it recorded; everything is ended at the end.
final class ServedFunction: Sendable {
    static let name = "scripted"

    let pool: FunctionPool
    let journal = Journal()
    let template: Template
    let script: ScriptedFunction

    /// - Parameters:
    ///   - handle: bash, with the event in `$event`; its output is the response.
    ///   - properties: more members of the function, as JSON that begins with a comma.
    ///   - resources: more resources, as JSON that begins with a comma.
    init(
        start: String = "", handle: String, afterwards: String = "", timeoutSeconds: Int = 60, properties: String = "",
        resources: String = "",
        faults: [FaultPlan.Rule] = [], processes: Int = 4, waiting: Int = 100
    ) throws {
        let text = """
            {"Resources":{"One":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"nerdwork-\(Self.name)",
            "Handler":"bootstrap","Timeout":\(timeoutSeconds),"MemorySize":256,"Code":{"S3Key":"\(Self.name).zip"}
            \(properties)}}\(resources)}}
            """
        template = try Template(parsing: Array(text.utf8))
        script = try ScriptedFunction(start: start, handle: handle, afterwards: afterwards)
        pool = FunctionPool(
            template.functions,
            settings: .init(
                executables: try ExecutableShelf(script.folder), databases: [:], aws: nil, faults: FaultPlan(faults),
                maximumProcesses: processes, maximumWaiting: waiting),
            journal: journal)
    }

    deinit {
        pool.stop(graceMilliseconds: 0)
        script.remove()
    }

    func invoke(_ event: String = "{}", for cause: InvocationCause = .person) throws -> InvocationResult {
        try pool.invoke(Self.name, Array(event.utf8), for: cause)
    }

    /// Several invocations at a time, each with their number as its event.
    ///
    /// - Parameter isThrottling: the gate is opened when one of them has been throttled.
    func invokeTogether(_ count: Int, opensGateWhenThrottled isThrottling: Bool = false) -> [InvocationResult] {
        let results = Collected<InvocationResult>()
        concurrently(count) { [pool, script] _ in
            guard let result = try? pool.invoke(Self.name, Array("\(count)".utf8), for: .person) else { return }
            results.append(result)
            if isThrottling, result.isThrottled { try? script.openGate() }
        }
        return results.all
    }

    /// The journal's invocations.
    var invocations: [Happening.Invocation] {
        journal.entries(after: 0, limit: 1_000).compactMap { entry in
            if case .invocation(let invocation) = entry.happening { invocation } else { nil }
        }
    }
}

extension InvocationResult {
    var text: String {
        switch outcome {
        case .response(let bytes), .failure(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }
}
