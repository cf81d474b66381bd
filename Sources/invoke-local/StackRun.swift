internal import LocalPlatform

/// A started stack, told about on the console; what every command does that invokes functions.
struct StackRun {
    let project: Project
    let stack: LocalStack
    let narrator: Narrator
    let mailbox: Mailbox
    let secrets: SecretStore

    /// Starts everything but the functions, which start when they are needed.
    ///
    /// - Parameter build: whether functions are built whose sources are newer than their executables.
    init(
        _ project: Project, _ options: SharedOptions, build: Bool, _ narrator: Narrator,
        log: @escaping @Sendable (String) -> Void
    ) throws(LocalError) {
        let console = narrator.console
        for resource in project.template.unsupported {
            console.note("\(resource.name) (\(resource.type)) of template.json is not played: \(resource.reason).")
        }
        let aws = try LocalAWS(folder: project.hiddenFolder, template: project.template) { narrator.tell($0) }
        stack = LocalStack(
            template: project.template, database: try project.database(options, console), aws: aws,
            deadLetters: DeadLetters(folder: project.hiddenFolder),
            executables: Self.executables(of: project, build: build, console), log: log)
        mailbox = aws.mailbox
        secrets = aws.secrets
        self.project = project
        self.narrator = narrator
    }

    /// Functions that rules need are built as well, when their first event comes.
    static func executables(of project: Project, build: Bool, _ console: Console) -> LocalStack.Executables {
        LocalStack.Executables(folder: project.executables) { (name) throws(LocalError) in
            if build { try FunctionBuild(project).bringUpToDate(name, console) }
        }
    }
}
