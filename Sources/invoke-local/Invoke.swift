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

    @Flag(help: "Print one JSON object with response, error, reports, events and mail.")
    var json = false

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
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
        let executables = StackRun.executables(of: project, build: !noBuild, console)
        try executables.prepare(target.package)
        _ = try executables.path(of: target.package)
        let narrator = Narrator(console, printsResults: !json)
        let run = try StackRun(project, options, build: !noBuild, narrator) { console.log($0) }
        defer { run.stack.stop() }
        let sealed = try EventFile.sealed(payload, for: target, secrets: run.secrets)
        return try invoke(try run.stack.authorized(sealed), run.stack, narrator)
    }

    private func invoke(_ payload: [UInt8], _ stack: LocalStack, _ narrator: Narrator) throws(LocalError) -> Bool {
        var run = RunRecord()
        for number in 1...count {
            narrator.begin(function, event, number, of: count)
            let result = try stack.invoke(function, payload)
            run.results.append(result)
            narrator.tell(result)
        }
        try stack.deliverEvents {
            run.deliveries.append($0)
            narrator.tell($0)
        } remark: {
            narrator.remark($0)
        }
        run.mails = narrator.mails
        if json { narrator.console.result(run.object.text) }
        return run.results.contains(where: \.isFailure)
    }
}
