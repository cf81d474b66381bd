internal import ArgumentParser
internal import Codecs
internal import LocalPlatform
internal import StrictJSON

/// Lists the mail that functions have sent on this machine.
struct ListMail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the mail that functions sent, the newest last (also without a subcommand)."
    )

    @OptionGroup var options: StateOptions

    @Flag(help: "Print a JSON array.")
    var json = false

    func run() throws {
        try reportingErrors(Console()) { () throws(LocalError) in
            let mails = try options.mailbox().all()
            let console = Console()
            if json {
                console.result(JSONTree.array(mails.map(\.tree)).pretty())
            } else {
                console.result(mails.isEmpty ? "No mail yet." : Self.lines(mails).joined(separator: "\n"))
            }
        }
    }

    private static func lines(_ mails: [StoredMail]) -> [String] {
        let width = String(mails.count).count
        return mails.enumerated().map { index, mail in
            let number = String(index + 1)
            let space = String(repeating: " ", count: width - number.count)
            let moment = RFC3339.format(mail.sentAt).prefix(19)
            return "\(space)\(number)  \(moment)Z  \(mail.to.joined(separator: ", "))  \(mail.subject)"
        }
    }
}

/// Prints one mail.
struct ShowMail: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print the headers and the text part of a mail.")

    // No number counts from the end: the parser takes -1 for an option.
    @Argument(help: "Its number in the list; the newest mail where it is left out.")
    var number: Int?

    @OptionGroup var options: StateOptions

    func run() throws {
        let console = Console()
        try reportingErrors(console) { () throws(LocalError) in
            let mailbox = try options.mailbox()
            let mails = try mailbox.all()
            let position = number ?? mails.count
            guard mails.indices.contains(position - 1) else {
                throw LocalError(.usage, "There is no mail \(position); there are \(mails.count).")
            }
            let mail = mails[position - 1]
            console.result(try mailbox.headers(of: mail) + "\n\n" + mailbox.text(of: mail))
            console.note("As a page: \(mail.pagePath)")
        }
    }
}

/// Where the local stack keeps its state.
struct StateOptions: ParsableArguments {
    @Option(help: "Path of the template, beside which .nerdwork/ is; else as for the other commands.")
    var template: String?

    func mailbox() throws(LocalError) -> Mailbox {
        Mailbox(folder: try Project(template: template).hiddenFolder)
    }
}
