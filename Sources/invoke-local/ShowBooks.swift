internal import ArgumentParser
internal import LocalPlatform

/// Prints the ledger's accounts and the newest audit.
struct ShowBooks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "books", abstract: "Print the ledger's accounts, their sum, and what the last audit said.")

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            let database = try Project(options).database(options, console)
            console.result(try Books(database).table)
        }
    }
}
