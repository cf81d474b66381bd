internal import ArgumentParser
internal import Codecs
internal import LocalPlatform

/// Prints an access token for trying routes by hand.
struct PrintToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print an access token for an account of this machine.",
        discussion: """
            A session is opened for the account as its sign-in would, without a password; where no account has the address, \
            a verified one is made. The token is good for ten minutes, on this machine alone: it is signed with the keys \
            that the local provision has made.
            """)

    @Option(name: .customLong("as"), help: "Email address of the account.")
    var email: String

    @Option(help: "What the account becomes: reader, creator, moderator or admin.")
    var role: String?

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func validate() throws {
        guard role.map({ ["reader", "creator", "moderator", "admin"].contains($0) }) ?? true else {
            throw ValidationError("--role wants reader, creator, moderator or admin.")
        }
    }

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            let narrator = Narrator(console, printsResults: false)
            let run = try StackRun(try Project(options), options, build: !noBuild, narrator) { _ in }
            defer { run.stack.stop() }
            let issued = try run.stack.issueToken(as: email, role: role)
            if issued.isNewAccount {
                console.note("There was no account with that address: a verified one without a password was made.")
            }
            console.note("The account's id is \(issued.user).")
            console.result(issued.token)
        }
    }
}
