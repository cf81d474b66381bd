internal import ArgumentParser
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import LocalServe
internal import Platform

/// Serves everything that template.json describes, until it is interrupted.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the HTTP API of template.json on this machine, with everything behind it.",
        discussion: """
            Functions run as real processes, several at a time, and are started again when they die. The interrupt key ends \
            everything. Unless --parameter says otherwise, SiteUrl, ApiUrl and AllowedOrigins are this server's own address.
            """)

    @Option(help: "Port on 127.0.0.1; 0 for any free one.")
    var port: UInt16 = 8787

    @Flag(help: "Refuse a template that has something which does nothing on this machine.")
    var strict = false

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "Let invocations go wrong: freeze, timeout, reset, 413, throttle or kill.",
            discussion: "kill=5% by chance, kill=20 each twentieth, kill@wallet=5% of one function; else each tenth."))
    var faults: [String] = []

    @Option(help: "Milliseconds that are added to each request.")
    var latency: Int64 = 0

    @Option(
        name: .customLong("retry-delay"),
        help: "Seconds before a failed event is tried again, 60 in AWS; the other delays are in proportion.")
    var retryDelay = EventWorkers.Options().retrySeconds

    @Option(help: "What the clock of schedules shows at the start, as 2026-11-21T01:59Z.")
    var at: MomentArgument?

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @Flag(help: "Build functions again when their sources change, and go on with the new ones.")
    var watch = false

    @Flag(help: "Print the lines that Lambda and the functions log.")
    var logs = false

    @OptionGroup var options: SharedOptions

    func validate() throws {
        guard (0...60_000).contains(latency) else { throw ValidationError("--latency wants 0 to 60000 milliseconds.") }
        guard (0...3_600).contains(retryDelay) else { throw ValidationError("--retry-delay wants 0 to 3600 seconds.") }
    }

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in try serve(console) }
    }

    private func serve(_ console: Console) throws(LocalError) {
        let start = SystemClock.monotonicNanoseconds()
        OpenFiles.allowMany()
        let listener = try Self.listener(port)
        let project = try Project(options, servedAt: listener.port)
        try check(project.template, console)
        if !noBuild { try build(project, console) }
        let database = try project.database(options, console)
        defer { database.stop() }
        let session = try ServeSession(
            project.template, database: database,
            at: .init(
                project: project.folder, hiddenFolder: project.hiddenFolder, executables: project.executables),
            on: listener, options: try sessionOptions(project, console), log: log(console))
        defer { session.stop() }
        try session.start()
        let milliseconds = (SystemClock.monotonicNanoseconds() - start) / 1_000_000
        if retryDelay != AsynchronousRetry.secondsInAWS {
            console.note("Failed events are tried again after \(retryDelay) seconds; in AWS it is a minute.")
        }
        console.result("Serving \(session.origin) after \(milliseconds) ms; the interrupt key ends it.")
        console.note("The console: \(session.origin)/_local; a reader's site: \(session.origin)/_local/reader")
        while !Interruption.isRequested { usleep(20_000) }
        console.progress("Stopping …")
    }

    private func sessionOptions(
        _ project: Project, _ console: Console
    ) throws(LocalError) -> ServeSession.Options {
        let functions = project.template.functions.map(\.name)
        var rules: [FaultPlan.Rule] = []
        for fault in faults { rules.append(try FaultPlan.Rule(fault, functions: functions)) }
        var session = ServeSession.Options()
        session.faults = FaultPlan(rules)
        session.latencyMilliseconds = latency
        session.events.retrySeconds = retryDelay
        session.scheduleStart = at?.time
        if watch {
            session.rebuild = { package throws(LocalError) in
                try FunctionBuild(project).bringUpToDate(package, console)
            }
        }
        return session
    }

    /// Says what does nothing here; with --strict that is an end.
    private func check(_ template: Template, _ console: Console) throws(LocalError) {
        for resource in template.unsupported {
            console.note("\(resource.name) (\(resource.type)) of template.json is not played: \(resource.reason).")
        }
        if strict { try template.refuseUnsupported() }
    }

    private func build(_ project: Project, _ console: Console) throws(LocalError) {
        let build = FunctionBuild(project)
        for package in Set(project.template.functions.map(\.package)).sorted() {
            try build.bringUpToDate(package, console)
        }
    }

    private func log(_ console: Console) -> @Sendable (String, [String]) -> Void {
        let isWanted = logs && !console.isQuiet
        return { function, lines in
            if isWanted { for line in lines { console.log("\(function): \(line)") } }
        }
    }

    private static func listener(_ port: UInt16) throws(LocalError) -> Listener {
        do throws(LocalRuntimeError) {
            return try Listener(port: port)
        } catch {
            throw LocalError(
                .unavailable,
                "Port \(port) of 127.0.0.1 is taken, perhaps by another invoke-local; --port names another one.")
        }
    }
}
