internal import ArgumentParser
internal import Codecs
internal import LocalPlatform

/// What concerns events that were given up.
struct DeadLetterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "List the events that were given up, or hand one to its function again.",
        subcommands: [ListDeadLetters.self, ReplayDeadLetter.self], defaultSubcommand: ListDeadLetters.self)
}

/// Lists them, the latest first.
struct ListDeadLetters: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the events that were given up (also without a subcommand).")

    @OptionGroup var options: StateOptions

    func run() throws {
        let console = Console()
        try reportingErrors(console) { () throws(LocalError) in
            let letters = DeadLetters(folder: try Project(template: options.template).hiddenFolder).list()
            console.result(letters.isEmpty ? "No event was given up." : letters.map(Self.text).joined(separator: "\n"))
        }
    }

    private static func text(_ letter: DeadLetter) -> String {
        let error = letter.errorType.isEmpty ? letter.condition : "\(letter.errorType): \(letter.errorMessage)"
        return "\(letter.name)  \(letter.origin.rule) → \(letter.function), \(letter.attempts) attempts\n  \(error)"
    }
}

/// Hands one to its function again.
struct ReplayDeadLetter: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Hand an event to its function again; its file goes only if that succeeds.")

    @Argument(help: "Name of the file, as in the list.")
    var name: String

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        var failed = false
        try reportingErrors(console) { () throws(LocalError) in failed = try replay(console) }
        if failed { throw ExitCode(1) }
    }

    private func replay(_ console: Console) throws(LocalError) -> Bool {
        let project = try Project(options)
        let letters = DeadLetters(folder: project.hiddenFolder)
        let letter = try letters.read(name)
        let narrator = Narrator(console, printsResults: true)
        let run = try StackRun(project, options, build: !noBuild, narrator) { console.log($0) }
        defer { run.stack.stop() }
        let stack = run.stack
        let outcome = try DeadLetterReplay(project.template, letters).run(letter) {
            (function, payload) throws(LocalError) in try stack.invoke(function, payload)
        }
        try stack.deliverEvents {
            narrator.tell($0)
        } remark: {
            narrator.remark($0)
        }
        switch outcome {
        case .delivered:
            console.note("\(letter.function) has taken the event; its file is gone.", .green)
            return false
        case .failed(let type, let message):
            console.note("\(letter.function) failed again: \(type): \(message)", .red)
            return true
        }
    }
}
