internal import ArgumentParser

/// What concerns mail: samples of every template.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Show mail.", subcommands: [MailSamples.self])
}
