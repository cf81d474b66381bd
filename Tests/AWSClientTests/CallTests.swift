import AWSClient
import Codecs
import StrictJSON
import TestSupport
import Testing

@Suite("The three calls")
struct CallTests {
    @Test("SendEmail posts what the API reference shows, and gives the message's id")
    func sendEmail() throws {
        let service = try ScriptedService([.answer(200, #"{"MessageId":"0102-ab"}"#)])
        let call = AWSCall(traceID: "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
        #expect(try client(service).sendEmail(.sample, call: call) == "0102-ab")
        let request = try #require(service.received.first)
        #expect(request.target == "POST /v2/email/outbound-emails HTTP/1.1")
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.field("X-Amzn-Trace-Id") == call.traceID)
        #expect(request.field("Host") == "127.0.0.1:\(service.port)")
        let content = """
            {"Simple":{"Subject":{"Data":"Bestätigung","Charset":"UTF-8"},"Body":{"Text":{"Data":"Hello",\
            "Charset":"UTF-8"},"Html":{"Data":"<p>Hello</p>","Charset":"UTF-8"}},"Headers":[{"Name":\
            "X-Entity-Ref-ID","Value":"42"}]}}
            """
        #expect(
            request.text == """
                {"FromEmailAddress":"Nerdwork+ <no-reply@mail.nerdwork.dev>","Destination":{"ToAddresses":\
                ["ada@example.org"]},"Content":\(content),"EmailTags":[{"Name":"template","Value":"verify"}],\
                "ConfigurationSetName":"nw-security","ConfigurationOverrides":{"Tracking":{"OpenTrackingEnabled":\
                "DISABLED","ClickTrackingEnabled":"DISABLED"}}}
                """)
    }

    @Test("PutEvents posts all entries and gives each one's outcome, in order")
    func putEvents() throws {
        let service = try ScriptedService([
            .answer(
                200,
                #"""
                {"FailedEntryCount":2,"Entries":[{"EventId":"e-1"},{"ErrorCode":"ThrottlingException","ErrorMessage":"x"},
                {"EventId":"e-3"},{"ErrorCode":"MalformedDetail","ErrorMessage":"x"}]}
                """#)
        ])
        var entries = (1...4).map { EventEntry.sample(#"{"id":"\#($0)","text":"\u0001é"}"#) }
        entries[0].time = .init(millisecondsSince1970: 1_800_000_000_999)
        entries[0].traceHeader = "Root=1"
        entries[0].resources = ["arn:aws:a"]
        let results = try client(service).putEvents(entries, call: AWSCall())
        #expect(
            results == [
                .success(eventID: "e-1"), .failure(code: "ThrottlingException"), .success(eventID: "e-3"),
                .failure(code: "MalformedDetail"),
            ])
        let request = try #require(service.received.first)
        #expect(request.target == "POST / HTTP/1.1")
        #expect(request.field("X-Amz-Target") == "AWSEvents.PutEvents")
        #expect(request.field("Content-Type") == "application/x-amz-json-1.1")
        let sent = try Array(JSONDocument(parsing: request.body).root.member("Entries").elements)
        #expect(sent.count == 4)
        #expect(try sent[3].member("Detail").string() == #"{"id":"4","text":"\u0001é"}"#)
        #expect(try sent[0].member("Time").integer() == 1_800_000_000)
        #expect(try sent[0].member("TraceHeader").string() == "Root=1")
        #expect(sent[1]["Time"] == nil && sent[1]["TraceHeader"] == nil && sent[1]["Resources"] == nil)
        #expect(try sent[1].member("EventBusName").string() == "nerdwork")
    }

    @Test("Entries that EventBridge refuses for their form do not keep the others back")
    func unsendable() throws {
        let service = try ScriptedService([.answer(200, #"{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}"#)])
        var nameless = EventEntry.sample()
        nameless.detailType = ""
        var notText = EventEntry.sample()
        notText.detail = [0x7B, 0xFF, 0x7D]
        let huge = EventEntry.sample(#"{"a":"\#(String(repeating: "x", count: 262_144))"}"#)
        let results = try client(service).putEvents([nameless, .sample(), notText, huge], call: AWSCall())
        #expect(
            results == [
                .failure(code: "InvalidArgument"), .success(eventID: "e"), .failure(code: "MalformedDetail"),
                .failure(code: "InvalidArgument"),
            ])
        #expect(service.received.count == 1)
        #expect(try client(service).putEvents([nameless], call: AWSCall()) == [.failure(code: "InvalidArgument")])
        #expect(try client(service).putEvents([], call: AWSCall()).isEmpty)
        #expect(service.received.count == 1)
    }

    @Test("More than ten entries, or too many bytes, are refused before they are sent")
    func tooMany() throws {
        let service = try ScriptedService([.answer(200, "{}")])
        let large = EventEntry.sample(#"{"a":"\#(String(repeating: "x", count: 140_000))"}"#)
        for entries in [(0..<11).map { _ in EventEntry.sample() }, [large, large]] {
            let error = #expect(throws: AWSError.self) {
                try client(service).putEvents(entries, call: AWSCall())
            }
            #expect(error?.code == .rejected && error?.mayHaveTakenEffect == false)
        }
        #expect(service.received.isEmpty)
    }

    @Test(
        "GetSecretValue gives a text's UTF-8 or the binary's bytes, of the stage that is asked for",
        arguments: [
            (#"{"SecretString":"{\"username\":\"é\"}"}"#, Array(#"{"username":"é"}"#.utf8), SecretStage.current),
            (#"{"SecretBinary":"AAH/","SecretString":null}"#, [0, 1, 255], .previous),
        ])
    func secret(body: String, expected: [UInt8], stage: SecretStage) throws {
        let service = try ScriptedService([.answer(200, body)])
        #expect(try client(service).secretValue("arn:aws:x", stage: stage, call: AWSCall()) == expected)
        let request = try #require(service.received.first)
        #expect(request.field("X-Amz-Target") == "secretsmanager.GetSecretValue")
        #expect(request.text == #"{"SecretId":"arn:aws:x","VersionStage":"\#(stage.rawValue)"}"#)
    }

    @Test(
        "An answer in another form is an error, and a mail or an event may have gone",
        arguments: ["", "{", "[]", "null", #"{"MessageId":5,"Entries":{}}"#, #"{"Entries":[]}"#, #"{"Entries":[{}]}"#])
    func malformed(body: String) throws {
        let service = try ScriptedService([.answer(200, [("x-amzn-RequestId", "r-1")], body)])
        let client = client(service)
        let calls: [(Bool, (AWSCall) throws -> Void)] = [
            (true, { _ = try client.sendEmail(.sample, call: $0) }),
            (true, { _ = try client.putEvents([.sample()], call: $0) }),
            (false, { _ = try client.secretValue("a", call: $0) }),
        ]
        for (index, (mayHaveTakenEffect, call)) in calls.enumerated() {
            let error = #expect(throws: AWSError.self) { try call(AWSCall()) }
            #expect(error?.code == .malformedAnswer)
            #expect(error?.requestID == "r-1")
            #expect(error?.mayHaveTakenEffect == mayHaveTakenEffect)
            #expect(service.received.count == index + 1)
        }
    }

    @Test(
        "What the service refuses ends with its name, and neither its message nor what was sent",
        arguments: [
            (400, "MessageRejected", AWSError.Code.rejected), (400, "BadRequestException", .rejected),
            (400, "MailFromDomainNotVerifiedException", .rejected), (400, "SendingPausedException", .rejected),
            (400, "AccountSuspendedException", .rejected), (404, "NotFoundException", .rejected),
            (403, "AccessDeniedException", .credentials), (403, "UnrecognizedClientException", .credentials),
        ])
    func refused(status: Int, name: String, code: AWSError.Code) throws {
        let service = try ScriptedService([
            .answer(
                status, [("x-amzn-ErrorType", name), ("x-amzn-RequestId", "r-7")],
                #"{"message":"Email address is not verified: ada@example.org"}"#)
        ])
        let error = #expect(throws: AWSError.self) { try client(service).sendEmail(.sample, call: AWSCall()) }
        #expect(error == AWSError(code, serviceCode: name, status: status, requestID: "r-7"))
        #expect(error?.description == "AWS call failed: \(code.rawValue) \(name) (HTTP \(status)) request r-7")
        #expect(service.received.count == 1)
    }

    @Test(
        "Without region or credentials no call is made, and the variable is named",
        arguments: [
            ("AWS_REGION", "AWS_REGION is not set"), ("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID is not set"),
            ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY is not set"),
        ])
    func missing(variable: String, detail: String) throws {
        let service = try ScriptedService([.answer(200, "{}")])
        let error = #expect(throws: AWSError.self) {
            try client(service, TestTime(), [variable: ""]).secretValue("a", call: AWSCall())
        }
        #expect(error?.code == .configuration)
        #expect(error?.detail?.hasPrefix(detail) == true)
        #expect(service.received.isEmpty)
    }
}
