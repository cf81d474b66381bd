internal import Platform
import Testing

@testable internal import LocalPlatform

/// Runs the real `invoke-local` and looks at its exit status and its sentence.
@Suite("invoke-local")
struct CommandLineTests {
    /// A folder with a template and a few events, removed at the end.
    private final class Workspace {
        let folder: String

        init() throws {
            var template = Array("/tmp/nerdwork-invoke-XXXXXX".utf8CString)
            let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
                unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
            }
            folder = try #require(made)
            try Files.write(Self.template, to: "\(folder)/template.json")
            try Files.write(#"{"a":1}"#, to: "\(folder)/good.json")
            try Files.write("{\n  \"a\": 1,\n  \"b\" 2\n}", to: "\(folder)/bad.json")
            try Files.write(#"{"a":"{{tomorrow}}"}"#, to: "\(folder)/placeholder.json")
            try Files.write("{", to: "\(folder)/broken-template.json")
            try Files.write(
                #"{"Resources":{"R":{"Type":"AWS::Events::Rule","Properties":{"EventPattern":{"a":[{"regex":"x"}]}}}}}"#,
                to: "\(folder)/unknown-operator.json")
        }

        deinit {
            _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/")
        }

        private static let template = """
            {"Resources":{
              "Built":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"built","Handler":"bootstrap",
                "Code":{"S3Key":"loyalty.zip"}}},
              "Unbuilt":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"unbuilt","Handler":"bootstrap",
                "Code":{"S3Key":"unbuilt.zip"}}}}}
            """
    }

    /// The tool stands beside the test executable.
    private static var tool: String {
        Files.parent(of: Files.resolved("/proc/self/exe") ?? "") + "/invoke-local"
    }

    private func run(_ arguments: [String], in folder: String) throws -> (status: Int32, output: String) {
        try Command.run(
            Self.tool, arguments + ["--no-build"], environment: ["PATH": "/usr/bin:/bin"], folder: folder)
    }

    @Test(
        "Says in one sentence what is wrong, with an exit status of sysexits.h",
        arguments: [
            (["nobody", "good.json"], 64, #"There is no function "nobody"; template.json has: loyalty, unbuilt."#),
            (["loyalty", "good.json", "--db", "mysql://x"], 64, "The URL of --db is not usable"),
            (["loyalty", "good.json", "--parameter", "Nothing=1"], 64, #"no parameter "Nothing""#),
            (["loyalty", "bad.json"], 65, "bad.json is not valid JSON: line 3, column 7"),
            (["loyalty", "placeholder.json"], 65, "{{tomorrow}}"),
            (["loyalty", "good.json", "--template", "broken-template.json"], 65, "template.json is not valid JSON"),
            (["loyalty", "missing.json"], 66, "Cannot read missing.json: No such file or directory."),
            (["loyalty", "good.json", "--template", "none.json"], 66, "Cannot read the template none.json"),
            (["unbuilt", "good.json"], 69, "unbuilt is not built; run: swift build --product unbuilt"),
            (
                ["loyalty", "good.json", "--db", "postgresql://u:secret@127.0.0.1:1/d"], 69,
                "Cannot reach the database u@127.0.0.1:1/d"
            ),
            (["loyalty", "good.json", "--template", "unknown-operator.json"], 78, #"operator "regex""#),
        ] as [([String], Int32, String)])
    func sentences(arguments: [String], status: Int32, sentence: String) throws {
        let workspace = try Workspace()
        let result = try run(arguments, in: workspace.folder)
        #expect(result.status == status)
        #expect(result.output.contains(sentence), "\(result.output)")
        #expect(result.output.split(separator: "\n").count == 1, "\(result.output)")
        #expect(!result.output.contains("secret"))
        #expect(!result.output.contains("\u{1B}"), "colours where nobody looks on")
    }

    @Test(
        "Mail and secrets are looked at without starting anything",
        arguments: [
            (["mail"], 0, "No mail yet."), (["mail", "list", "--json"], 0, "[]"),
            (["mail", "show", "3"], 64, "There is no mail 3; there are 0."),
            (["secrets"], 0, ""), (["secrets", "rotate", "x"], 64, #"There is no secret "x""#),
        ] as [([String], Int32, String)])
    func looking(arguments: [String], status: Int32, sentence: String) throws {
        let workspace = try Workspace()
        let result = try Command.run(
            Self.tool, arguments, environment: ["PATH": "/usr/bin:/bin"], folder: workspace.folder)
        #expect(result.status == status)
        #expect(result.output.contains(sentence) || sentence.isEmpty && result.output == "\n", "\(result.output)")
        #expect(!Files.exists("\(workspace.folder)/.nerdwork/postgres"))
    }

    @Test("What is played is listed: calls, buses, secrets, senders")
    func list() throws {
        let result = try Command.run(
            Self.tool, ["list"], environment: ["PATH": "/usr/bin:/bin"],
            folder: Files.parent(of: Files.parent(of: Files.parent(of: #filePath))))
        for text in [
            "calls: ses:SendEmail, events:PutEvents, secretsmanager:GetSecretValue", "buses: default, nerdwork",
            "EventSealingSecret", "senders: mail.nerdwork.example",
            "configuration sets: nerdwork-product, nerdwork-security",
        ] {
            #expect(result.output.contains(text), "\(result.output)")
        }
    }

    @Test("Wrong arguments show the usage and end with EX_USAGE", arguments: [[], ["loyalty"], ["loyalty", "a", "b"]])
    func usage(arguments: [String]) throws {
        let workspace = try Workspace()
        let result = try run(arguments, in: workspace.folder)
        #expect(result.status == 64)
        #expect(result.output.contains("Usage:"))
    }

    @Test("A folder that cannot be made is EX_CANTCREAT")
    func cannotCreate() throws {
        let workspace = try Workspace()
        try Files.write("in the way", to: "\(workspace.folder)/.nerdwork")
        let result = try run(["loyalty", "good.json"], in: workspace.folder)
        #expect(result.status == 73)
        #expect(result.output.contains("Cannot make the folder"), "\(result.output)")
    }

    @Test("Missing PostgreSQL is answered with what to install")
    func missingPostgres() {
        let error = #expect(throws: LocalError.self) { try PostgresPrograms.find(in: ["/nonexistent"]) }
        #expect(error?.status == .unavailable)
        #expect(error?.description.contains("sudo apt-get install -y postgresql") == true)
    }
}
