import Platform
import TestSupport
import Testing

@testable import LocalPlatform

/// Each test makes a cluster of its own, which takes seconds: one after the other.
@Suite("invoke-local with its private PostgreSQL", .serialized)
struct PrivatePostgresTests {
    @Test("sets it up, keeps the books from run to run, and leaves no server behind")
    func keepsBooks() throws {
        let project = try TemporaryProject()
        let tool = InvokeLocal(project)
        let first = try tool.json("loyalty", "events/comic-read.json")
        #expect(first.detailTypes == ["RewardGranted"])
        #expect(!project.isServerRunning)
        let second = try tool.json("loyalty", "events/comic-read-repeated.json")
        #expect(second.response == first.response)
        #expect(second.detailTypes == [])
        let books = try tool.run("books", "--quiet")
        #expect(books.output.contains("wallet:ada00000-0000-4000-8000-000000000001"), "\(books.output)")
        #expect(!project.isServerRunning)
    }

    @Test("stops it and the function when it is interrupted", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let project = try TemporaryProject()
        let child = try InvokeLocal(project).start([
            "loyalty", "events/comic-read.json", "--no-build", "--repeat", "1000000",
        ])
        let output = try child.read(until: "(3 of 1000000)")
        #expect(project.isServerRunning)
        let function = try #require(child.children.first)

        child.signal(signal)
        let rest = try child.read(until: "Interrupted; everything is stopped.")
        #expect(child.wait().status == 130, "\(output)\(rest)")
        #expect(!project.isServerRunning)
        #expect(kill(function, 0) == -1 && errno == ESRCH)
    }
}
