internal import ArgumentParser
internal import LocalPlatform

/// The command line: `invoke-local <function> <event>`, or one of the subcommands.
@main
struct InvokeLocal: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoke-local",
        abstract: "Runs Nerdwork+ functions on this machine, as Lambda would.",
        discussion: """
            What is run, with which variables, timeout and memory, stands in template.json. A private PostgreSQL in \
            .nerdwork/ keeps its data between runs.

            Exit status: 0 success, 1 the function ended with an error, 64 wrong usage, 65 wrong event or template, \
            66 unreadable file, 69 something is not installed or not reachable, 70 the tool failed, 73 a file cannot \
            be made, 78 template.json asks for what cannot be done locally, 130 interrupted.
            """,
        subcommands: [
            Invoke.self, Serve.self, SendRequest.self, PrintToken.self, Play.self, ShowBooks.self, ListTemplate.self,
            MailCommand.self, SecretsCommand.self, LedgerCommand.self, ScheduleCommand.self,
            DeadLetterCommand.self,
        ],
        defaultSubcommand: Invoke.self)
}

/// What all subcommands take that start something.
struct SharedOptions: ParsableArguments {
    @Option(name: .customLong("db"), help: "Use the database of this postgresql:// URL instead of the private one.")
    var database: String?

    @Flag(help: "Bring the schema of the database of --db up to date first.")
    var migrate = false

    @Option(help: "Path of the template; else template.json of this folder or the next one above that has it.")
    var template: String?

    @Option(name: .customLong("parameter"), help: "A parameter of the template, as Name=value.")
    var parameters: [String] = []

    @Flag(help: "Say nothing but the result.")
    var quiet = false
}

/// Runs a command's body; an error becomes one sentence on standard error and its exit status.
func reportingErrors(_ console: Console, _ body: () throws(LocalError) -> Void) throws {
    Interruption.catchSignals()
    do throws(LocalError) {
        try body()
    } catch {
        console.failure(error.description)
        throw ExitCode(error.status.rawValue)
    }
}
