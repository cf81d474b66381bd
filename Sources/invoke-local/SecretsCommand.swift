internal import ArgumentParser
internal import LocalPlatform

/// What concerns the secrets of this machine.
struct SecretsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "List or rotate the secrets that functions get on this machine.",
        subcommands: [ListSecrets.self, RotateSecret.self], defaultSubcommand: ListSecrets.self)
}

/// Lists the secrets' names; never their values.
struct ListSecrets: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the names of the secrets (also without a subcommand).")

    @OptionGroup var options: StateOptions

    func run() throws {
        let console = Console()
        try reportingErrors(console) { () throws(LocalError) in
            let template = try Project(template: options.template).template
            console.result(template.secrets.map(\.name).joined(separator: "\n"))
        }
    }
}

/// Gives a secret a new value, as a rotation in Secrets Manager does.
struct RotateSecret: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a secret a new value; the old one stays as AWSPREVIOUS.",
        discussion: """
            Where template.json has a rotation for the secret, its function is asked for the four steps of Secrets Manager, \
            whether the stack is served meanwhile or not; else the value is made anew by the secret's own rule.
            """)

    @Argument(help: "Name of the secret, as in the list.")
    var name: String

    @Flag(help: "Do not build the function first where its sources are newer than its executable.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        var failed = false
        try reportingErrors(console) { () throws(LocalError) in failed = try rotate(console) }
        if failed { throw ExitCode(1) }
    }

    private func rotate(_ console: Console) throws(LocalError) -> Bool {
        let project = try Project(options)
        let store = try SecretStore(folder: project.hiddenFolder, definitions: project.template.secrets)
        guard store.definition(name)?.rotator != nil else {
            try store.rotate(name)
            console.note("\(name) has a new value; the one before is AWSPREVIOUS.")
            return false
        }
        let run = try StackRun(project, options, build: !noBuild, Narrator(console, printsResults: false)) {
            console.log($0)
        }
        defer { run.stack.stop() }
        switch try SecretRotation(run.secrets).run(name, invoke: run.stack.invoke) {
        case .rotated:
            console.note("\(name) has a new value; the one before is AWSPREVIOUS.", .green)
            return false
        case .failed(let step, let type, let message):
            console.note("\(step.rawValue) failed: \(type): \(message)", .red)
            return true
        }
    }
}
