internal import ArgumentParser
internal import Codecs
internal import LocalPlatform

/// What concerns the ledger as a whole.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger", abstract: "Verify the ledger, report on it, or change how an account takes postings.",
        subcommands: [VerifyLedger.self, ReportLedger.self, SetAccountMode.self])
}

/// Verifies chains, tree, roots and anchors.
struct VerifyLedger: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Follow every chain from its first entry, compute the tree, and compare roots with their anchors.",
        discussion: "Exit status 1 where something does not hold; the first place of each kind is named.")

    @OptionGroup var options: SharedOptions

    @Option(help: "Folder that has the folder anchors of the bucket, such as `aws s3 sync` makes it.")
    var anchors: String?

    func run() throws {
        let console = Console(quiet: options.quiet)
        var isSound = false
        try reportingErrors(console) { () throws(LocalError) in
            let project = try Project(options)
            let database = try project.database(options, console)
            let verification = try LedgerVerification(
                database, anchors: try folders(project), progress: console.progress)
            console.result(verification.summary)
            isSound = verification.breaks.isEmpty
        }
        if !isSound { throw ExitCode(1) }
    }

    /// The anchors of the private database are on this machine; where those of another one are has to be said.
    private func folders(_ project: Project) throws(LocalError) -> [String]? {
        if let anchors {
            guard Files.isFolder("\(anchors)/anchors") else {
                throw LocalError(.noInput, "There is no folder \(anchors)/anchors.")
            }
            return [anchors]
        }
        guard options.database == nil else { return nil }
        return project.template.lockedBuckets.map { "\(project.hiddenFolder)/locked/\($0)" }
    }
}

/// Prints a report and writes it as a page.
struct ReportLedger: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print trial balance, supply, rewards and top accounts, and write them as a page.")

    @OptionGroup var options: SharedOptions

    @Option(name: .customLong("out"), help: "Folder for the page; else .nerdwork/reports of the project.")
    var folder: String?

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            let project = try Project(options)
            let report = try LedgerReport(try project.database(options, console))
            let folder = folder ?? "\(project.hiddenFolder)/reports"
            try Files.makeFolder(folder)
            let file = "\(folder)/ledger-\(report.madeAt.day).html"
            try Files.write(report.page, to: file)
            console.result(report.text)
            console.note("\nThe same as a page: \(file)")
        }
    }
}

/// Changes how an account takes postings.
struct SetAccountMode: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mode", abstract: "Let a system account take postings strictly, in stripes, or lazily.")

    @Argument(help: "treasury, revenue, fees or suspense.")
    var account: String

    @Argument(help: "strict, striped:N (2 to 64 rows) or lazy.")
    var mode: String

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            guard let change = AccountModeChange(account: account, mode: mode) else {
                throw LocalError(.usage, "A mode is strict, striped:N with N from 2 to 64, or lazy.")
            }
            try change.apply(try Project(options).database(options, console))
            console.note("\(account) is \(mode) from now on.")
        }
    }
}
