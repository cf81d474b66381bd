import Platform
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("invoke-local serve", .serialized)
struct ServeTests {
    @Test("serves the routes of the template with real functions, outlives them, and leaves nothing behind")
    func serves() throws {
        let project = try TemporaryProject()
        let tool = InvokeLocal(project)
        let stack = try ServedStack(tool)
        let client = RawClient(port: stack.port)
        #expect(client.send("GET", "/health")?.body == #"{"status":"ok"}"#)
        let refused = client.send("GET", "/wallet")
        #expect(refused?.status == 401 && refused?.header("www-authenticate") == "Bearer")
        let spoilt = client.send("GET", "/wallet", ["Authorization: Bearer a.b.c"])
        #expect(spoilt?.status == 401 && spoilt?.header("www-authenticate")?.contains("invalid_token") == true)

        let made = try tool.run("token", "--as", "ada@nerdwork.example", "--no-build")
        let token = String(made.output.split(separator: "\n").last { $0.hasPrefix("eyJ") } ?? "")
        let bearer = ["Authorization: Bearer \(token)"]
        let wallet = client.send("GET", "/wallet", bearer)
        #expect(wallet?.status == 200, "\(String(describing: wallet)) \(made.output)")

        let statuses = Statuses()
        concurrently(8) { _ in statuses.add(client.send("GET", "/wallet", bearer)?.status) }
        #expect(statuses.all == Array(repeating: 200, count: 8))
        let wallets = stack.functions("wallet")
        #expect(!wallets.isEmpty)
        for process in wallets { kill(process, SIGKILL) }
        // The signals only begin their ends: a process that is about to die may still be handed a request.
        for process in wallets { awaitEnd(of: process) }
        #expect(client.send("GET", "/wallet", bearer)?.status == 200)
        #expect(Set(stack.functions("wallet")).isDisjoint(with: wallets))

        let functions = stack.process.children
        #expect(stack.stop().status == 0)
        for process in functions { #expect(kill(process, 0) == -1 && errno == ESRCH) }
        #expect(!project.isServerRunning)
        #expect(client.send("GET", "/health") == nil)
    }

    @Test("does not serve a project that is served already; one whose server was killed can be served again")
    func onlyOnce() throws {
        let tool = InvokeLocal(try TemporaryProject())
        let first = try ServedStack(tool)
        let second = try tool.run("serve", "--no-build", "--port", "0")
        #expect(second.status == 69 && second.output.contains("served already"), "\(second.output)")
        #expect(RawClient(port: first.port).send("GET", "/health")?.status == 200)
        #expect(first.stop(SIGKILL).signal == SIGKILL)
        #expect(try ServedStack(tool).stop().status == 0)
    }

    /// The postmaster leaves `postmaster.pid` behind then.
    @Test("ends when its PostgreSQL was killed, and starts again with the data")
    func killedDatabase() throws {
        let project = try TemporaryProject()
        let tool = InvokeLocal(project)
        let stack = try ServedStack(tool)
        let calls = ServedCalls(port: stack.port)
        let ada = try ServedReader("ada", at: calls)
        let file = String(decoding: try Files.read("\(project.cluster)/data/postmaster.pid"), as: UTF8.self)
        let postmaster = try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
        kill(postmaster, SIGKILL)
        awaitEnd(of: postmaster)
        #expect(try calls.ask("GET", "/wallet", token: ada.token).status >= 500)
        #expect(stack.stop().status == 0)
        let again = try ServedStack(tool)
        #expect(try ServedCalls(port: again.port).ask("GET", "/wallet", token: ada.token).status == 200)
        #expect(again.stop().status == 0)
    }

    @Test("ends as well when it is terminated, and takes its port again")
    func terminated() throws {
        let tool = InvokeLocal(try TemporaryProject())
        let first = try ServedStack(tool)
        #expect(RawClient(port: first.port).send("GET", "/health")?.status == 200)
        #expect(first.stop(SIGTERM).status == 0)
        let second = try tool.start(["serve", "--no-build", "--port", String(first.port), "--latency", "1"])
        _ = try second.read(until: "Serving http://127.0.0.1:\(first.port)")
        #expect(RawClient(port: first.port).send("GET", "/health")?.status == 200)
        second.signal(SIGINT)
        #expect(second.wait().status == 0)
    }
}

/// Waits until whoever started the process can see its end (proc(5), `stat`), or has.
func awaitEnd(of process: pid_t) {
    while let text = try? Files.read("/proc/\(process)/stat"), !String(decoding: text, as: UTF8.self).contains(") Z ") {
        usleep(1_000)
    }
}

private final class Statuses: Sendable {
    private let statuses = Mutex<[Int]>([])
    var all: [Int] { statuses.withLock { $0 } }
    func add(_ status: Int?) { statuses.withLock { $0.append(status ?? 0) } }
}
