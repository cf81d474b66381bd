import Codecs
import LocalServe
import Platform
import Testing

@testable internal import LocalPlatform
@testable internal import LocalRuntimeAPI

@Suite("The console's interface")
struct ConsoleInterfaceTests {
    private static let report = InvocationReport(
        requestID: "r-1", durationMicroseconds: 3_420, initMicroseconds: nil, memoryMegabytes: 128,
        peakMemoryBytes: 31 << 20, status: nil)

    @Test("Tells the journal after a number, and how to go on")
    func journal() throws {
        let fixture = try ConsoleFixture()
        for number in 1...7 { fixture.journal.record(.note("<b>\(number)</b>\u{2028}\"")) }
        let first = try fixture.get("/_local/api/journal?after=2&limit=3")
        #expect(first["last"]?.scalarText == "5")
        #expect(first["entries"]?.elements.map { $0["n"]?.scalarText } == ["3", "4", "5"])
        #expect(first["entries"]?.elements.first?["text"]?.text == "<b>3</b>\u{2028}\"")
        let end = try fixture.get("/_local/api/journal?after=7&wait=10")
        #expect(end["last"]?.scalarText == "7" && end["entries"]?.elements.isEmpty == true)
        #expect(end["run"] == first["run"])
        #expect(try ConsoleFixture().get("/_local/api/journal")["run"] != first["run"])
    }

    @Test(
        "Refuses a number that is none",
        arguments: [
            "after=-1", "after=x", "after=99999999999999999999", "limit=0", "limit=1001", "wait=25001", "wait=1e3",
            "after=",
        ])
    func numbers(query: String) throws {
        #expect(try ConsoleFixture().send("GET", "/_local/api/journal?\(query)").status == 400)
    }

    @Test("A poll ends with the entry that comes meanwhile, and with the stack")
    func waiting() throws {
        let fixture = try ConsoleFixture()
        let journal = fixture.journal
        let thread = try #require(SystemThread.start { journal.record(.note("late")) })
        let answer = try fixture.get("/_local/api/journal?wait=20000")
        thread.join()
        #expect(answer["entries"]?.elements.first?["text"]?.text == "late")
        fixture.console.stop()
        #expect(try fixture.get("/_local/api/journal?after=1&wait=20000")["entries"]?.elements.isEmpty == true)
    }

    @Test("Each kind of entry has what the page shows of it")
    func kinds() throws {
        let fixture = try ConsoleFixture()
        let event = BusEvent(
            bus: "nerdwork", id: "e-1", source: "nerdwork.comic", detailType: "ComicRead",
            time: Timestamp(millisecondsSince1970: 0), resources: [], detail: .object([]))
        let all: [Happening] = [
            .request(
                .init(
                    id: "r-1", method: "GET", path: "/wallet", route: "GET /wallet", function: "wallet", status: 200,
                    microseconds: 5)),
            .invocation(
                .init(function: "wallet", cause: .request("r-1"), report: Self.report, errorType: "E", log: ["a", "b"])),
            .event(.init(event: event, rules: ["LoyaltyOnComicRead"])),
            .delivery(.init(source: "e-1", rule: "R", target: "loyalty", attempts: 2, outcome: .deadLetter("f.json"))),
            .delivery(
                .init(
                    source: "e-1", rule: "R", target: "loyalty", attempts: 1,
                    outcome: .retrying(Timestamp(millisecondsSince1970: 5)))),
            .refusal(function: "loyalty", operation: "PutEvents", type: "AccessDeniedException", message: "no"),
        ]
        for happening in all { fixture.journal.record(happening) }
        let entries = try fixture.get("/_local/api/journal")["entries"]?.elements ?? []
        #expect(
            entries.compactMap { $0["kind"]?.text } == [
                "request", "invocation", "event", "delivery", "delivery", "refusal",
            ])
        #expect(entries[0]["us"]?.scalarText == "5" && entries[0]["status"]?.scalarText == "200")
        #expect(entries[1]["cause"]?["id"]?.text == "r-1" && entries[1]["initUs"] == .null)
        #expect(entries[1]["log"]?.elements == [.string("a"), .string("b")])
        #expect(entries[2]["rules"]?.elements == [.string("LoyaltyOnComicRead")])
        #expect(entries[3]["outcome"]?.text == "dead" && entries[3]["file"]?.text == "f.json")
        #expect(entries[4]["retryAt"]?.scalarText == "5")
        #expect(entries[5]["type"]?.text == "AccessDeniedException")
    }

    @Test("A log without end is cut, and says so")
    func longLog() throws {
        let fixture = try ConsoleFixture()
        let log = Array(repeating: String(repeating: "é", count: 9_000), count: 5_000)
        fixture.journal.record(
            .invocation(.init(function: "wallet", cause: .person, report: Self.report, errorType: nil, log: log)))
        let answer = fixture.send("GET", "/_local/api/journal")
        #expect(answer.body.count < 2 << 20)
        let lines = try JSONTree(parsing: answer.body)["entries"]?.elements.first?["log"]?.elements ?? []
        #expect(lines.last?.text == "… and 4800 more lines")
    }

    @Test("Lists mail, the newest first, and shows one in three forms")
    func mail() throws {
        let fixture = try ConsoleFixture()
        #expect(try fixture.get("/_local/api/mail")["mails"]?.elements.isEmpty == true)
        try fixture.store("20261121T061500Z-verify-1", subject: "First")
        try fixture.store("20261121T061600Z-verify-1", subject: "<script>alert(1)</script>")
        let mails = try fixture.get("/_local/api/mail")["mails"]?.elements ?? []
        #expect(mails.compactMap { $0["id"]?.text } == ["20261121T061600Z-verify-1", "20261121T061500Z-verify-1"])
        #expect(try fixture.get("/_local/api/mail?limit=1")["mails"]?.elements.count == 1)
        let one = try fixture.get("/_local/api/mail/20261121T061500Z-verify-1")
        #expect(one["text"]?.text == "Hello" && one["headers"]?.text == "Subject: First\nX-Ref: 1")
        #expect(one["template"]?.text == "verify")
    }

    @Test("A mail's page has no script and no origin, and its links open tabs")
    func mailPage() throws {
        let fixture = try ConsoleFixture()
        let script = "<html><head><title>x</title></head><body><script>alert(1)</script></body></html>"
        try fixture.store("m-1", page: script)
        let answer = fixture.send("GET", "/_local/api/mail/m-1/page")
        #expect(answer.text == script.replacing("<head>", with: #"<head><base target="_blank">"#))
        let policy = try #require(answer.field("Content-Security-Policy"))
        #expect(
            policy.contains("default-src 'none'") && !policy.contains("script-src")
                && policy.contains("sandbox allow-popups"))
        #expect(!policy.contains("allow-scripts") && !policy.contains("allow-same-origin"))
        #expect(answer.field("X-Frame-Options") == "SAMEORIGIN")
    }

    @Test(
        "No name leads out of the mailbox",
        arguments: ["..%2f..%2fsecrets", "..", ".hidden", "%2e%2e", "a%2fb", "a%5cb", "missing", "a%20b"])
    func mailNames(name: String) throws {
        let fixture = try ConsoleFixture()
        try Files.makeFolder("\(fixture.folder)/mail")
        try Files.replace("\(fixture.folder)/mail/.hidden.json", with: Array("{}".utf8))
        for path in ["/_local/api/mail/\(name)", "/_local/api/mail/\(name)/page"] {
            #expect(fixture.send("GET", path).status == 404, "\(path)")
        }
    }

    @Test("Does what it is asked, and tells how it went")
    func deeds() throws {
        let letter = ConsoleLetter(
            name: "a.json", time: Timestamp(millisecondsSince1970: 7), title: "ComicRead", target: "loyalty",
            errorType: "E", errorMessage: nil, attempts: 3, payload: .object([]))
        let fixture = try ConsoleFixture(letters: [letter])
        let shown = try fixture.get("/_local/api/dead-letters")["letters"]?.elements.first
        #expect(
            shown?["name"]?.text == "a.json" && shown?["at"]?.scalarText == "7" && shown?["attempts"]?.scalarText == "3"
        )
        let replay = fixture.send(
            "POST", "/_local/api/dead-letters/replay", ConsoleFixture.change, body: #"{"name":"a.json"}"#)
        #expect(replay.text == #"{"succeeded":false,"message":"It failed again."}"#)
        let schedules = try fixture.get("/_local/api/schedules")
        #expect(schedules["isShifted"] == .bool(true))
        #expect(schedules["schedules"]?.elements.first?["next"]?.elements == [.number("60000")])
        let run = fixture.send(
            "POST", "/_local/api/schedules/run", ConsoleFixture.change, body: #"{"name":"RelayOutbox"}"#)
        #expect(run.status == 200)
        #expect(schedules["secrets"]?.elements.first?["name"]?.text == "wallet-login")
        let rotation = fixture.send(
            "POST", "/_local/api/secrets/rotate", ConsoleFixture.change, body: #"{"name":"wallet-login"}"#)
        #expect(rotation.text == #"{"succeeded":true,"message":"wallet-login has a new value."}"#)
        let event = #"{"source":"nerdwork.comic","detailType":"ComicRead","detail":{"userId":"u"}}"#
        #expect(
            fixture.send("POST", "/_local/api/events", ConsoleFixture.change, body: event).text == #"{"id":"event-1"}"#)
        #expect(
            fixture.deeds.all == [
                "replay a.json", "run RelayOutbox", "rotate wallet-login",
                #"put nerdwork.comic ComicRead { "userId": "u" }"#,
            ])
    }

    @Test(
        "Refuses bodies that ask for something else",
        arguments: [
            ("dead-letters/replay", #"{"name":"../../secrets"}"#, 400), ("dead-letters/replay", #"{"name":".x"}"#, 400),
            ("dead-letters/replay", #"{"name":""}"#, 400), ("dead-letters/replay", #"{"name":1}"#, 400),
            ("dead-letters/replay", #"{"name":"a","more":1}"#, 400), ("dead-letters/replay", #"[]"#, 400),
            ("dead-letters/replay", #"{"name":"a","name":"b"}"#, 400), ("dead-letters/replay", "", 400),
            ("dead-letters/replay", #"{"name":"b.json"}"#, 404), ("schedules/run", "{}", 400),
            ("events", #"{"source":"aws.ses","detailType":"Email Sent","detail":{}}"#, 400),
            ("events", #"{"source":"nerdwork.comic","detailType":"","detail":{}}"#, 400),
            ("events", #"{"source":"nerdwork.comic","detailType":"ComicRead","detail":"{}"}"#, 400),
            ("events", #"{"source":"nerdwork.comic","detailType":"ComicRead"}"#, 400),
        ])
    func wrongBodies(path: String, body: String, status: Int) throws {
        let fixture = try ConsoleFixture()
        #expect(fixture.send("POST", "/_local/api/\(path)", ConsoleFixture.change, body: body).status == status)
        #expect(fixture.deeds.all.isEmpty)
    }

    @Test("Tells what roles allow, and how often calls have used it")
    func access() throws {
        let statements = [
            #"{"Sid":"Events","Effect":"Allow","Action":"events:PutEvents","Resource":"*"}"#,
            #"{"Effect":"Allow","Action":"logs:PutLogEvents","Resource":"arn:aws:logs:<b>"}"#,
        ]
        let template = try Template(
            parsing: Array(
                """
                {"Resources":{
                  "R":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"Role","AssumeRolePolicyDocument":
                    {"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},
                    "Action":"sts:AssumeRole"}},"Policies":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17",
                    "Statement":[\(statements.joined(separator: ","))]}}]}},
                  "F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"n-one","Handler":"b",
                    "Code":{"S3Key":"one.zip"},"Role":{"Fn::GetAtt":["R","Arn"]}}}}}
                """.utf8))
        let fixture = try ConsoleFixture(permissions: AccessRecord(template).all)
        let found = try fixture.get("/_local/api/access")["permissions"]?.elements ?? []
        #expect(
            found.map(\.compactText) == [
                #"{"function":"one","role":"Role","statement":"Events","action":"events:PutEvents","resource":"*","isPlayed":true,"uses":0}"#,
                ##"{"function":"one","role":"Role","statement":"#2","action":"logs:PutLogEvents","resource":"arn:aws:logs:<b>","isPlayed":false,"uses":0}"##,
            ])
        #expect(fixture.send("POST", "/_local/api/access", ConsoleFixture.change, body: "{}").status == 405)
    }

    @Test("Without a database it says so")
    func noDatabase() throws {
        let fixture = try ConsoleFixture()
        for path in ["ledger", "ledger/statement?account=treasury", "readers"] {
            #expect(fixture.send("GET", "/_local/api/\(path)").status == 503, "\(path)")
        }
    }
}
