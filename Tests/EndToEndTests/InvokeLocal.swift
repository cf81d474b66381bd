import Codecs
import Platform
import StrictJSON
import TestSupport
import Testing

@testable import LocalPlatform

/// Runs the built `invoke-local` as a developer does: on the repository's template, with its sample events.
struct InvokeLocal {
    /// Where it is run; the template is found here, and mail and secrets are kept here.
    var folder: String { project.folder }
    private let project: TemporaryProject
    private let options: [String]

    /// Where the tool keeps the key of the secrets.
    var keyFolder: String { "\(folder)/user/nerdwork" }

    /// The user's own folder, with the key of the secrets, goes with the project.
    private var environment: [String: String] {
        ["PATH": "/usr/bin:/bin", "XDG_DATA_HOME": "\(folder)/user"]
    }

    /// In a project of its own, with a test's database.
    ///
    /// - Parameter timeoutSeconds: of every function, instead of the template's.
    init(_ database: TestDatabase, timeoutSeconds: Int? = nil) throws {
        project = try TemporaryProject(timeoutSeconds: timeoutSeconds)
        options = ["--db", database.url()]
    }

    /// In a project of its own, with a private PostgreSQL.
    init(_ project: TemporaryProject) {
        self.project = project
        options = []
    }

    /// Starts the tool; both of its outputs are the child's output.
    func start(_ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            BuiltProducts.path(of: "invoke-local"), arguments: Self.placed(arguments) + options,
            environment: environment, folder: folder)
    }

    /// Runs a command that needs no database to its end.
    func look(_ arguments: String...) throws -> String {
        let result = try Command.run(
            BuiltProducts.path(of: "invoke-local"), arguments, environment: environment, folder: folder)
        #expect(result.status == 0, "\(result.output)")
        return result.output
    }

    /// Runs the tool to its end.
    func run(_ arguments: String...) throws -> (status: Int32, output: String) {
        try Command.run(
            BuiltProducts.path(of: "invoke-local"), Self.placed(arguments) + options,
            environment: environment, folder: folder)
    }

    /// Invokes a function and returns the object that `--json` prints.
    func json(_ function: String, _ event: String, _ more: String...) throws -> JSONTree {
        let arguments = [function, event, "--no-build", "--json", "--quiet"] + more
        let result = try Command.run(
            BuiltProducts.path(of: "invoke-local"), Self.placed(arguments) + options,
            environment: environment, folder: folder)
        #expect(result.status == 0, "\(result.output)")
        return try JSONTree(parsing: Array(result.output.utf8))
    }

    static let repository = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

    /// Sample events are those of the repository, wherever the tool is run.
    private static func placed(_ arguments: [String]) -> [String] {
        arguments.map { $0.hasPrefix("events/") ? "\(repository)/\($0)" : $0 }
    }
}

extension JSONTree {
    /// The first invocation's response.
    var response: JSONTree? { self["invocations"]?.elements.first?["response"] }

    /// The detail types of the events that came of it.
    var detailTypes: [String] { self["events"]?.elements.compactMap { $0["event"]?["detail-type"]?.text } ?? [] }

    /// The mail that functions sent.
    var mails: [JSONTree] { self["mail"]?.elements ?? [] }

    /// The event of that type that came of it, with its receivers.
    func event(_ detailType: String) -> JSONTree? {
        self["events"]?.elements.first { $0["event"]?["detail-type"]?.text == detailType }
    }
}

/// A folder with the repository's template and nothing else, removed with its PostgreSQL at the end.
final class TemporaryProject {
    let folder: String

    init(timeoutSeconds: Int? = nil) throws {
        var template = Array("/tmp/nerdwork-project-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw HarnessError("cannot make a folder in /tmp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        var text = String(decoding: try Files.read("\(InvokeLocal.repository)/template.json"), as: UTF8.self)
        if let timeoutSeconds { text = text.replacing(/"Timeout": \d+/, with: "\"Timeout\": \(timeoutSeconds)") }
        try Files.write(text, to: "\(folder)/template.json")
    }

    /// Where the cluster of the private PostgreSQL is.
    var cluster: String {
        let elsewhere = (try? Files.read("\(folder)/.nerdwork/cluster-path")) ?? []
        let path = String(decoding: elsewhere.prefix { $0 != 0x0A }, as: UTF8.self)
        return path.isEmpty ? "\(folder)/.nerdwork/postgres" : path
    }

    /// Whether its server runs: it keeps this file while it does.
    var isServerRunning: Bool { Files.exists("\(cluster)/data/postmaster.pid") }

    deinit {
        _ = try? Command.run("/bin/rm", ["-rf", cluster, folder], environment: [:], folder: "/")
    }
}

extension ChildProcess {
    /// What it writes until a text is in it; throws when it ends before, or it does not come within a minute.
    func read(until text: String) throws -> String {
        var written = ""
        let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
        while SystemClock.now() < deadline {
            output.waitUntilReadable(milliseconds: 10)
            let part = output.read()
            written += String(decoding: part ?? [], as: UTF8.self)
            if written.contains(text) { return written }
            if let part, part.isEmpty { break }
            // What is searched again stays short, however much comes.
            written = String(written.suffix(8_192))
        }
        throw HarnessError("\"\(text)\" did not come; the output was: \(written)")
    }

    /// The processes that it has started (`/proc/PID/task/TID/children` of all its threads).
    var children: [pid_t] {
        Files.names(in: "/proc/\(identifier)/task").flatMap { thread in
            let text = (try? Files.read("/proc/\(identifier)/task/\(thread)/children")) ?? []
            return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
    }
}
