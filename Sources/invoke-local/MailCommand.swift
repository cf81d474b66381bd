internal import ArgumentParser

/// What concerns mail: what functions have sent, and samples of every template.
struct MailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail", abstract: "Show mail.", subcommands: [ListMail.self, ShowMail.self, MailSamples.self],
        defaultSubcommand: ListMail.self)
}
