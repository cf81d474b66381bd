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
        commandName: "rotate", abstract: "Give a secret a new value; the old one stays as AWSPREVIOUS.")

    @Argument(help: "Name of the secret, as in the list.")
    var name: String

    @OptionGroup var options: StateOptions

    func run() throws {
        let console = Console()
        try reportingErrors(console) { () throws(LocalError) in
            let project = try Project(template: options.template)
            let store = try SecretStore(folder: project.hiddenFolder, definitions: project.template.secrets)
            try store.rotate(name)
            console.note("\(name) has a new value; the one before is AWSPREVIOUS.")
        }
    }
}
