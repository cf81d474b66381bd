internal import ArgumentParser
internal import LocalPlatform
internal import Platform
internal import StrictJSON

/// Invokes a function with an event, and delivers the events that come of it.
struct Invoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke", abstract: "Invoke a function with an event (this is what happens without a subcommand).")

    @Argument(help: "Name of the function, as in template.json.")
    var function: String

    @Argument(help: "File with the event, or - for standard input. {{today}}, {{now}} and {{run}} in it are filled in.")
    var event: String

    @Option(name: .customLong("repeat"), help: "Invoke that many times; the process stays warm.")
    var count = 1

    @Option(name: .customLong("run"), help: "What {{run}} in the event stands for, 0 to 65535: another event.")
    var runNumber: UInt16 = 0

    @Flag(help: "Print one JSON object with response, error, reports and events.")
    var json = false

    @Flag(help: "Do not build the function first where its sources are newer than its executable.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--repeat wants 1 to 1000000.") }
    }

    func run() throws {
        let console = Console(quiet: options.quiet)
        var failed = false
        try reportingErrors(console) { () throws(LocalError) in failed = try invoke(console) }
        if failed { throw ExitCode(1) }
    }

    /// Everything that can be wrong with the command is found before anything is started.
    private func invoke(_ console: Console) throws(LocalError) -> Bool {
        let project = try Project(options)
        let target = try project.template.function(named: function)
        let payload = try EventFile.read(event, now: SystemClock.now(), run: runNumber)
        if !noBuild { try FunctionBuild(project).bringUpToDate(target.name, console) }
        _ = try LocalStack.executable(of: target, in: project.executables)
        for type in project.template.unknownTypes {
            console.note("template.json has a \(type), which invoke-local does not know: nothing is done for it.")
        }
        let database = try project.database(options, console)
        let stack = LocalStack(
            template: project.template, database: database, executables: project.executables,
            log: { console.log($0) })
        defer { stack.stop() }
        return try invoke(payload, stack, console)
    }

    private func invoke(_ payload: [UInt8], _ stack: LocalStack, _ console: Console) throws(LocalError) -> Bool {
        let position = try stack.outboxPosition()
        var results: [InvocationResult] = []
        for number in 1...count {
            console.note(
                count == 1 ? "\(function) ← \(event)" : "\(function) ← \(event) (\(number) of \(count))", .bold)
            let result = try stack.invoke(function, payload)
            results.append(result)
            if !json { show(result, console) }
        }
        var deliveries: [LocalStack.Delivery] = []
        try stack.deliverEvents(after: position) { delivery in
            deliveries.append(delivery)
            show(delivery, console)
        }
        if json { console.result(Self.object(results, deliveries).text) }
        return results.contains(where: \.isFailure)
    }

    private func show(_ result: InvocationResult, _ console: Console) {
        switch result.outcome {
        case .response(let body):
            console.result(EventFile.readable(body))
            if let (status, content) = EventFile.httpAnswer(body) {
                console.note("HTTP \(status)", status < 400 ? .green : .red)
                console.note("  " + content)
            }
        case .failure(let body):
            console.note("The function ended with an error:", .red)
            console.result(EventFile.readable(body))
        }
    }

    private func show(_ delivery: LocalStack.Delivery, _ console: Console) {
        let event = delivery.event
        let receivers = delivery.receivers.map { "\($0.function)\($0.result.isFailure ? " (failed)" : "")" }
        let to = receivers.isEmpty ? "no rule matches" : receivers.joined(separator: ", ")
        console.note("event \(event.source) \(event.detailType) → \(to)", .green)
        console.note("  " + event.detail.pretty(indentation: 2))
    }

    private static func object(_ results: [InvocationResult], _ deliveries: [LocalStack.Delivery]) -> JSONWriter {
        JSONWriter.object { object in
            object.array("invocations") { array in
                for result in results { array.object { Self.write(result, to: &$0) } }
            }
            object.array("events") { array in
                for delivery in deliveries {
                    array.object { event in
                        event.member("event", delivery.event.envelope)
                        event.member("receivers", delivery.receivers.map(\.function))
                    }
                }
            }
        }
    }

    private static func write(_ result: InvocationResult, to object: inout JSONObjectWriter) {
        switch result.outcome {
        case .response(let body):
            object.member("response", EventFile.tree(body))
            object.member("error", JSONTree.null)
        case .failure(let body):
            object.member("response", JSONTree.null)
            object.member("error", EventFile.tree(body))
        }
        object.member("report") { report in
            report.member("requestId", result.report.requestID)
            report.member("durationMilliseconds", Double(result.report.durationMicroseconds) / 1000)
            report.member("billedMilliseconds", result.report.billedMilliseconds)
            report.member("initMilliseconds", result.report.initMicroseconds.map { Double($0) / 1000 })
            report.member("memorySizeMegabytes", result.report.memoryMegabytes)
            report.member("peakMemoryMegabytes", result.report.peakMemoryMegabytes)
            report.member("status", result.report.status)
        }
    }
}
