import LocalRuntimeAPI
import Platform
import Testing

/// A real process that runs the loop (`RuntimeProbe`), with what it wrote to stderr.
final class ProbeProcess {
    let identifier: pid_t
    private let logPath: String
    private var status: Int32?

    init(environment: [String: String]) throws {
        logPath = "/tmp/runtime-probe-\(getpid())-\(UInt64.random(in: 0 ... .max)).log"
        identifier = try Self.spawn(Self.executable, environment, standardError: logPath)
    }

    deinit {
        if status == nil {
            _ = kill(identifier, SIGKILL)
            _ = kill(identifier, SIGCONT)
            _ = wait(timeoutMilliseconds: 5_000)
        }
        _ = unsafe unlink(logPath)
    }

    /// What it wrote to stderr so far.
    var log: String {
        guard let file = unsafe fopen(logPath, "r") else { return "" }
        defer { unsafe fclose(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe fread(&piece, 1, piece.count, file)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += piece[..<count]
        }
    }

    func signal(_ number: Int32) {
        _ = kill(identifier, number)
    }

    /// The exit status, or minus the signal that ended it; nil when the time is up.
    func wait(timeoutMilliseconds: Int64) -> Int32? {
        let deadline = SystemClock.monotonicNanoseconds() + timeoutMilliseconds * 1_000_000
        while status == nil {
            var raw: Int32 = 0
            if unsafe waitpid(identifier, &raw, WNOHANG) == identifier {
                status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : -(raw & 0x7F)
            } else if SystemClock.monotonicNanoseconds() > deadline {
                return nil
            } else {
                pause(milliseconds: 2)
            }
        }
        return status
    }

    /// Resident memory in KiB.
    var residentKilobytes: Int {
        guard let file = unsafe fopen("/proc/\(identifier)/status", "r") else { return 0 }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while unsafe fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmRSS:") {
                return text.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0
            }
        }
        return 0
    }

    /// The probe stands beside the test bundle.
    private static var executable: String {
        var path = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &path, 4096)
        let text = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = text.split(separator: "/").dropLast().joined(separator: "/")
        return "/\(folder)/RuntimeProbe"
    }

    private static func spawn(
        _ path: String, _ environment: [String: String], standardError: String
    ) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(
            &actions, STDERR_FILENO, standardError, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        // A socket of the server that a child held would not be closed when the server closes it.
        for descriptor in Int32(3)..<256 { unsafe posix_spawn_file_actions_addclose(&actions, descriptor) }
        var arguments = unsafe [strdup(path), nil]
        var variables = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
        defer { unsafe (arguments + variables).forEach { unsafe free($0) } }
        var identifier: pid_t = 0
        let result = unsafe posix_spawn(&identifier, path, &actions, nil, &arguments, &variables)
        try #require(result == 0, "posix_spawn of \(path): \(result)")
        return identifier
    }
}

func pause(milliseconds: Int) {
    var time = timespec()
    time.tv_sec = milliseconds / 1000
    time.tv_nsec = milliseconds % 1000 * 1_000_000
    unsafe nanosleep(&time, nil)
}
