internal import Platform
internal import Synchronization
internal import TestSupport
import Testing

@testable internal import LocalPlatform
@testable internal import LocalRuntimeAPI

@Suite("A child process")
struct LaunchTests {
    @Test("starts in its own folder, however many threads start children, and leaves this process where it was")
    func folders() throws {
        let before = Files.resolved(".")
        let answers = Mutex<[String]>([])
        let folders = ["/", "/usr", "/etc", "/tmp"]
        concurrently(8) { index in
            for round in 0..<5 {
                let folder = folders[(index + round) % 4]
                let result = try? Command.run("/bin/pwd", ["-P"], environment: [:], folder: folder)
                if result?.output != Files.resolved(folder).map({ $0 + "\n" }) {
                    answers.withLock { $0.append("\(folder): \(result?.output ?? "nothing")") }
                }
            }
        }
        #expect(answers.withLock { $0 } == [])
        #expect(Files.resolved(".") == before)
    }

    @Test("that cannot start in its folder is a sentence")
    func missingFolder() {
        let error = #expect(throws: LocalError.self) {
            try Command.run("/bin/pwd", [], environment: [:], folder: "/nonexistent")
        }
        #expect(error?.status == .unavailable)
    }

    @Test("inherits none of our sockets and pipes, and no blocked signal")
    func inheritsNothing() throws {
        // Whoever started the tests may have left descriptors open for everybody; only what comes now is ours.
        let before = Self.descriptors(of: "self")
        let server = try LocalRuntimeServer()
        let other = try ChildProcess("/bin/sleep", arguments: ["30"], environment: [:], folder: "/")
        let ours = Self.descriptors(of: "self").subtracting(before)
        #expect(ours.count >= 2)

        let child = try ChildProcess("/bin/sleep", arguments: ["30"], environment: [:], folder: "/")
        let status = String(decoding: try Files.read("/proc/\(child.identifier)/status"), as: UTF8.self)
        #expect(Self.descriptors(of: "\(child.identifier)").isDisjoint(with: ours))
        #expect(status.contains("SigBlk:\t0000000000000000"), "\(status)")
        server.stop()
        for process in [other, child] {
            process.signal(SIGKILL)
            _ = process.wait()
        }
    }

    /// The sockets and pipes that a process holds, by their numbers in the kernel.
    private static func descriptors(of process: String) -> Set<String> {
        var found: Set<String> = []
        for name in Files.names(in: "/proc/\(process)/fd") {
            var target = [CChar](repeating: 0, count: 256)
            let count = unsafe readlink("/proc/\(process)/fd/\(name)", &target, target.count)
            let text = String(decoding: target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("socket:") || text.hasPrefix("pipe:") { found.insert(text) }
        }
        return found
    }
}
