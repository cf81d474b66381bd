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
    private let script: ScriptedFunction

    /// - Parameters:
    ///   - handle: bash, with the event in `$event`; its output is the response.
    ///   - properties: more members of the function, as JSON that begins with a comma.
    ///   - resources: more resources, as JSON that begins with a comma.
    init(
        start: String = "", handle: String, afterwards: String = "", timeoutSeconds: Int = 10, properties: String = "",
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

    /// Several invocations at a time.
    func invokeTogether(_ count: Int) -> [InvocationResult] {
        let results = Collected<InvocationResult>()
        let pool = pool
        concurrently(count) { _ in
            if let result = try? pool.invoke(Self.name, Array("{}".utf8), for: .person) { results.append(result) }
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
