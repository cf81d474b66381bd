import Platform
import TestSupport
import Testing

@testable import LocalPlatform

/// `invoke-local serve` with the built functions, in a project of its own.
final class ServedStack {
    let process: ChildProcess
    let port: UInt16
    private let tool: InvokeLocal

    var origin: String { "http://127.0.0.1:\(port)" }

    /// Starts it, and waits until it serves.
    init(_ tool: InvokeLocal, _ arguments: String...) throws {
        self.tool = tool
        process = try tool.start(["serve", "--no-build", "--port", "0"] + arguments)
        let text = try process.read(until: "the interrupt key")
        let digits = text.firstMatch(of: /Serving http:\/\/127\.0\.0\.1:(\d+)/)?.output.1
        port = try #require(digits.flatMap { UInt16($0) }, "\(text)")
    }

    deinit {
        process.signal(SIGKILL)
        _ = process.wait()
    }

    /// The functions' processes that run now, by the name of their executable.
    func functions(_ name: String) -> [pid_t] {
        process.children.filter { child in
            let command = (try? Files.read("/proc/\(child)/cmdline")) ?? []
            let path = String(decoding: command.prefix { $0 != 0 }, as: UTF8.self)
            return path.hasSuffix("/\(name)")
        }
    }

    /// Ends it as the interrupt key does, and returns how it ended.
    func stop(_ signal: Int32 = SIGINT) -> ChildProcess.Ending {
        process.signal(signal)
        return process.wait()
    }
}
