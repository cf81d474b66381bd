import Platform
import PostgresClient
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("invoke-local plays the product")
struct InvokeLocalTests {
    @Test("a comic is read, delivered again, and the reader is rewarded once")
    func rewardedOnce() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let first = try tool.json("loyalty", "events/comic-read.json")
            #expect(first.detailTypes == ["RewardGranted"])
            // Its own PutEvents call put it there: the bus gave it an id, and the detail has the outbox's.
            let event = try #require(first.event("RewardGranted")?["event"])
            #expect(event["id"] != event["detail"]?["id"])
            #expect(event["detail"]?["id"] != nil)
            #expect(event["source"]?.text == "nerdwork.loyalty")
            #expect(first.response?["outcome"]?.text == "rewarded")
            let balance = try #require(first.response?["balance"])
            #expect(balance == first.response?["points"])

            let second = try tool.json("loyalty", "events/comic-read-repeated.json")
            #expect(second.response == first.response)
            #expect(second.detailTypes == [])
            #expect(try me(tool)["balance"] == balance)
        }
    }

    @Test("twenty deliveries go to one warm process, and change nothing after the first")
    func warm() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let result = try tool.json("loyalty", "events/comic-read.json", "--repeat", "20")
            let invocations = result["invocations"]?.elements ?? []
            #expect(invocations.count == 20)
            #expect(Set(invocations.map { $0["response"] }).count == 1)
            let coldStarts = invocations.map { $0["report"]?["initMilliseconds"] != .null }
            #expect(coldStarts == [true] + Array(repeating: false, count: 19))
            #expect(result.detailTypes == ["RewardGranted"])
            #expect(try me(tool)["balance"] == invocations.first?["response"]?["points"])
        }
    }

    @Test("the audits are clean, and the books sum to nothing", arguments: ["nightly-audit", "full-audit"])
    func audited(event: String) throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            let read = try tool.json("loyalty", "events/comic-read.json")
            let audit = try tool.json("ledger-audit", "events/\(event).json")
            #expect(audit.response?["state"]?.text == "clean")
            #expect(audit.event("LedgerAuditCompleted")?["receivers"] == .array([.string("notification")]))
            // The first clean audit of the week goes out as a digest.
            #expect(audit.mails.map { $0["to"] } == [.array([.string("operators@nerdwork.example")])])

            let books = try tool.run("books")
            #expect(books.status == 0)
            let balances = try Self.balances(books.output)
            #expect(balances.reduce(0, +) == 0)
            #expect(balances.contains { String($0) == read.response?["points"]?.scalarText }, "\(books.output)")
            #expect(books.output.contains(/\nTotal +0 +balanced\n/), "\(books.output)")
            #expect(books.output.contains("Last audit: clean"), "\(books.output)")
        }
    }

    @Test("a function that the database keeps waiting ends with its deadline, and the caller sees no cause for X-Ray")
    func deadline() throws {
        try withDatabase { database in
            let holder = try database.connect()
            let result = try holder.transaction { transaction in
                try transaction.execute("lock table loyalty.reads in access exclusive mode")
                return try InvokeLocal(database).run("loyalty", "events/comic-read.json", "--no-build", "--quiet")
            }
            #expect(result.status == 1)
            #expect(result.output.contains("Function.DeadlineExceeded"), "\(result.output)")
            #expect(!result.output.contains("errorCause"), "\(result.output)")
        }
    }

    @Test("a function that is killed is Lambda's Runtime.ExitError, and exit status 1")
    func killed() throws {
        try withDatabase { database in
            let holder = try database.connect()
            // Its project must not go before the child does, nor the function's time be over before it is killed.
            let tool = try InvokeLocal(database, timeoutSeconds: 300)
            defer { withExtendedLifetime(tool) {} }
            try holder.transaction { transaction in
                try transaction.execute("lock table loyalty.reads in access exclusive mode")
                let child = try tool.start(["loyalty", "events/comic-read.json", "--no-build"])
                _ = try child.read(until: "START RequestId")
                // Killed before it has taken the event, the function would be started anew.
                for _ in 0..<6_000 where try transaction.query("select from pg_locks where not granted").isEmpty {
                    usleep(10_000)
                }
                let function = try #require(child.children.first)
                #expect(kill(function, SIGKILL) == 0)
                let output = try child.read(until: #""errorType": "Runtime.ExitError""#)
                #expect(output.contains("Runtime exited with error: signal: killed"))
                #expect(child.wait().status == 1)
            }
        }
    }

    /// The body of `GET /loyalty/me`.
    private func me(_ tool: InvokeLocal) throws -> JSONTree {
        let response = try #require(try tool.json("loyalty", "events/loyalty-me.json").response)
        #expect(response["statusCode"]?.scalarText == "200")
        return try JSONTree(parsing: Array(try #require(response["body"]?.text).utf8))
    }

    /// The column of balances, as a reader of the table sees it.
    private static func balances(_ table: String) throws -> [Int] {
        let parts = table.split(whereSeparator: \.isNewline).split { $0.hasPrefix("---") }
        try #require(parts.count == 3)
        return try parts[1].map { line in
            let cells = line.split(separator: /\ {2,}/)
            return try #require(Int(cells[2].filter { $0 != "," }), "\(line)")
        }
    }
}
