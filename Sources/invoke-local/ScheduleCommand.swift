internal import ArgumentParser
internal import Codecs
internal import LocalPlatform
internal import LocalServe
internal import Platform

/// What concerns schedules.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedules", abstract: "List the schedules with their next runs, or let one run now.",
        subcommands: [ListSchedules.self, RunSchedule.self], defaultSubcommand: ListSchedules.self)
}

/// A moment of the command line: `2026-11-21T02:00:00Z`, or without seconds, or without a zone for UTC.
struct MomentArgument: ExpressibleByArgument {
    let time: Timestamp

    init?(argument: String) {
        // A text with a zone is complete but perhaps for its seconds.
        for suffix in ["", "Z", ":00Z"] {
            if let time = RFC3339.parse((argument + suffix).utf8) {
                self.time = time
                return
            }
        }
        guard argument.hasSuffix("Z"), let time = RFC3339.parse((argument.dropLast() + ":00Z").utf8) else { return nil }
        self.time = time
    }
}

/// Lists the schedules with their next runs.
struct ListSchedules: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the schedules with their next runs (also without a subcommand).")

    @Option(help: "The runs after this moment, as 2026-11-21T02:00Z; else those after now.")
    var at: MomentArgument?

    @Option(help: "How many runs of each.")
    var count = 3

    @OptionGroup var options: StateOptions

    func validate() throws {
        guard (1...1_000).contains(count) else { throw ValidationError("--count wants 1 to 1000.") }
    }

    func run() throws {
        let console = Console()
        try reportingErrors(console) { () throws(LocalError) in
            let template = try Project(template: options.template).template
            let moment = at?.time ?? SystemClock.now()
            let runs = ScheduleClock.upcoming(template.schedules, after: moment, clockStart: moment, count: count)
            console.result(runs.map(Self.text).joined(separator: "\n"))
        }
    }

    private static func text(_ runs: UpcomingRuns) -> String {
        let times = runs.times.map(\.wholeSeconds).joined(separator: ", ")
        let next = runs.isEnabled ? times.isEmpty ? "no run any more" : times : "disabled"
        return "\(runs.name)  \(runs.expression) \(runs.zone) → \(runs.function)\n  \(next)"
    }
}

/// Lets a schedule run now.
struct RunSchedule: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Invoke a schedule's function as if it were the time of a run.")

    @Argument(help: "Name of the schedule, as in the list.")
    var name: String

    @Option(help: "The time of the run that the function is told, as 2026-11-21T02:00Z; else now.")
    var at: MomentArgument?

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        var failed = false
        try reportingErrors(console) { () throws(LocalError) in failed = try invoke(console) }
        if failed { throw ExitCode(1) }
    }

    private func invoke(_ console: Console) throws(LocalError) -> Bool {
        let project = try Project(options)
        let schedule = try ScheduleClock.schedule(named: name, among: project.template.schedules)
        let narrator = Narrator(console, printsResults: true)
        let run = try StackRun(project, options, build: !noBuild, narrator) { console.log($0) }
        defer { run.stack.stop() }
        let now = SystemClock.now()
        let payload = schedule.payload(at: at?.time ?? now, execution: "local-\(now.millisecondsSince1970)")
        narrator.begin(schedule.target.function, name, 1, of: 1)
        let result = try run.stack.invoke(schedule.target.function, payload)
        narrator.tell(result)
        try run.stack.deliverEvents {
            narrator.tell($0)
        } remark: {
            narrator.remark($0)
        }
        return result.isFailure
    }
}
