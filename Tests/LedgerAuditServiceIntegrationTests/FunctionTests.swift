import Codecs
import LambdaRuntime
import LedgerAuditService
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@Suite("The function ledger-audit")
struct FunctionTests {
    struct Trigger: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let event: String
        let mode: String
    }

    private static func event(source: String, detail: String) -> String {
        """
        {"version":"0","id":"e-1","detail-type":"Scheduled Event","source":"\(source)","account":"123456789012",
         "time":"2026-11-21T02:00:00Z","region":"us-east-1","resources":["arn:aws:scheduler:x"],"detail":\(detail)}
        """
    }

    static let nightly = event(source: "aws.scheduler", detail: "{}")

    static let triggers = [
        Trigger(testDescription: "EventBridge Scheduler", event: nightly, mode: "incremental"),
        Trigger(
            testDescription: "EventBridge Scheduler with a text as detail",
            event: event(source: "aws.scheduler", detail: "\"{}\""), mode: "incremental"),
        Trigger(
            testDescription: "a rule of EventBridge", event: event(source: "aws.events", detail: "{}"),
            mode: "incremental"),
        Trigger(
            testDescription: "a schedule that asks for everything",
            event: event(source: "aws.scheduler", detail: #"{"mode":"full"}"#), mode: "full"),
        Trigger(testDescription: "somebody by hand", event: #"{"detail":{"mode":"full"}}"#, mode: "full"),
        Trigger(testDescription: "somebody by hand, without mode", event: #"{"detail":{}}"#, mode: "incremental"),
    ]

    @Test("audits for everybody who may ask, and answers, stores and announces the same report", arguments: triggers)
    func audits(trigger: Trigger) throws {
        try withDatabase { database in
            try database.connect().keepBooks(from: 1)
            let function = try AuditFunction(database)
            let answer = try function.invoke(trigger.event)
            #expect(try answer.member("version").integer() == 1)
            #expect(try answer.member("mode").string() == trigger.mode)
            #expect(try answer.member("state").string() == "clean")
            let counts = try answer.member("counts")
            #expect(try counts.member("accounts").integer() == 6)
            #expect(try counts.member("entries").integer() == 11)
            #expect(try counts.member("transactions").integer() == 6)
            #expect(try counts.member("findings").integer() == 0)
            #expect(try answer.member("totals").member("treasury").string() == "-127")
            #expect(try answer.member("totals").member("wallets").string() == "120")

            let stored = try function.stored()
            #expect(stored.map(\.state) == ["clean"])
            #expect(try stored[0].json.member("counts").rawBytes.count > 0)
            #expect(try stored[0].json.member("mode").string() == trigger.mode)
            #expect(stored[0].isVerified)
            #expect(try function.announced() == ["LedgerAuditCompleted clean"])
        }
    }

    static let refused: [(String, String)] = [
        (#"{"detail":{"mode":"thorough"}}"#, "Function.MalformedEvent"),
        (#"{"detail":{"mode":7}}"#, "Function.MalformedEvent"),
        (event(source: "aws.events", detail: #"{"mode":"FULL"}"#), "Function.MalformedEvent"),
        (event(source: "aws.events", detail: "[]"), "Function.MalformedEvent"),
        (event(source: "nerdwork.comic", detail: "{}"), "Function.UnknownEvent"),
        ("{}", "Function.UnknownEvent"),
    ]

    @Test("refuses by name what it cannot read, and leaves nothing behind", arguments: refused)
    func refuses(event: String, type: String) throws {
        try withDatabase { database in
            let function = try AuditFunction(database)
            let error = #expect(throws: FunctionError.self) { try function.invoke(event) }
            #expect(error?.type == type)
            #expect(try function.stored().isEmpty)
            #expect(try function.announced().isEmpty)
        }
    }

    @Test("says what it found, once for each delivery, however often a schedule's event is delivered")
    func repeated() throws {
        try withDatabase { database in
            try database.connect().keepBooks(from: 1)
            let function = try AuditFunction(database)
            for _ in 1...3 { #expect(try function.invoke(Self.nightly).member("state").string() == "clean") }
            #expect(try function.stored().map(\.state) == ["clean", "clean", "clean"])
            #expect(try function.announced() == Array(repeating: "LedgerAuditCompleted clean", count: 3))
            let checkpoints = try database.connect().query("select count(*) as n from ledger.checkpoints").only()
            #expect(try checkpoints.decode("n", as: Int64.self) == 6)

            try database.connect().tamper("update ledger.balances set balance = balance + 1 where balance = 0")
            let answer = try function.invoke(Self.nightly)
            #expect(try answer.member("state").string() == "failed")
            #expect(try answer.member("findings").member("net_not_zero").integer() == 1)
            #expect(try function.announced().last == "LedgerAuditFailed failed")
        }
    }

    @Test("stores report, event and the end of the run together or not at all; what is verified stays so")
    func together() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            try superuser.executeScript("alter table outbox.events add constraint full_up check (false) not valid")
            let function = try AuditFunction(database)
            let error = #expect(throws: FunctionError.self) { try function.invoke(Self.nightly) }
            #expect(error?.type == "Function.DatabaseError")
            #expect(try function.stored().isEmpty)
            #expect(try function.runs() == ["open"])

            try superuser.executeScript("alter table outbox.events drop constraint full_up")
            let answer = try function.invoke(Self.nightly)
            #expect(try answer.member("state").string() == "clean")
            #expect(try answer.member("counts").member("entries").integer() == 11)
            #expect(try function.stored().map(\.state) == ["clean"])
            #expect(try function.runs() == ["clean"])
        }
    }

    @Test("that is kept from its end by somebody's lock is incomplete before its deadline, and the next one is clean")
    func deadline() throws {
        try withDatabase { database in
            let superuser = try database.connect()
            try superuser.keepBooks(from: 1)
            let function = try AuditFunction(database)
            let answer = try superuser.transaction { transaction in
                _ = try transaction.query("lock table ledger.entries in access exclusive mode")
                let answer = try function.invoke(Self.nightly, milliseconds: 3_000)
                let again = try function.invoke(Self.nightly, milliseconds: 1_500)
                #expect(try again.member("state").string() == "verification incomplete")
                #expect(try again.member("run").integer() == answer.member("run").integer())
                return answer
            }
            #expect(try answer.member("state").string() == "verification incomplete")
            var reasons: [String: String] = [:]
            for entry in try answer.member("unfinished").elements {
                reasons[try entry.member("check").string()] = try entry.member("reason").string()
            }
            #expect(reasons["account chains"] == "deadline", "\(reasons)")
            #expect(reasons["transactions"] != nil)
            let stored = try function.stored()
            #expect(stored.map(\.state) == ["verification incomplete", "verification incomplete"])
            #expect(stored.allSatisfy { !$0.isVerified })
            // One run, one state, one piece of news.
            #expect(try function.announced() == ["LedgerAuditFailed verification incomplete"])

            #expect(try function.runs() == ["open"])
            #expect(try function.invoke(Self.nightly).member("state").string() == "clean")
            #expect(try function.announced().dropFirst() == ["LedgerAuditCompleted clean"])
            #expect(try function.runs() == ["clean"])
        }
    }
}

/// The service on a test's database, and what it leaves there.
struct AuditFunction {
    let database: TestDatabase
    let handler: InvocationHandler

    struct Stored {
        let state: String
        let isVerified: Bool
        let json: JSONValue
    }

    init(_ database: TestDatabase) throws {
        self.database = database
        let session = Database(try database.configuration(as: "nerdwork_ledger_audit"))
        handler = LedgerAuditService(database: session, now: SystemClock.now).dispatcher.handle
    }

    func invoke(_ event: String, milliseconds: Int64 = 60_000) throws -> JSONValue {
        let deadline = SystemClock.now().advanced(byMilliseconds: milliseconds)
        let answer = try handler(Array(event.utf8), InvocationContext(requestID: "request", deadline: deadline))
        #expect(SystemClock.now() < deadline)
        return try JSONDocument(parsing: answer).root
    }

    func stored() throws -> [Stored] {
        try database.connect().query(
            "select state, verified_until is not null as verified, report from ledger.audits order by audit_id"
        ).map { row in
            Stored(
                state: try row.decode("state"), isVerified: try row.decode("verified"),
                json: try JSONDocument(parsing: try row.decode("report", as: [UInt8].self)).root)
        }
    }

    /// How each run ended, oldest first.
    func runs() throws -> [String] {
        try database.connect().query(
            "select coalesce(state, 'open') as state from ledger.audit_runs order by run_id"
        ).map { try $0.decode("state") }
    }

    /// Detail-type and state of each event, oldest first; each committed with a report.
    func announced() throws -> [String] {
        let rows = try database.connect().query(
            """
            select e.detail_type || ' ' || (e.detail ->> 'state') as line,
                   exists (select from ledger.audits a where a.xmin = e.xmin) as together
              from outbox.events e where e.source = 'nerdwork.ledger' order by e.position
            """)
        return try rows.map { row in
            #expect(try row.decode("together") == true)
            return try row.decode("line")
        }
    }
}
