import AWSClient
import Codecs
import Platform
import TestSupport
import Testing

@Suite("Attempts against a service that fails")
struct AttemptTests {
    private static let throttled = ScriptedService.Step.answer(429, #"{"__type":"TooManyRequestsException"}"#)
    private static let secret = ScriptedService.Step.answer(200, #"{"SecretString":"s"}"#)
    private static let sent = ScriptedService.Step.answer(200, #"{"MessageId":"m"}"#)

    @Test("Throttled twice, then sent: three requests, waits of one and two seconds at full jitter")
    func throttledMail() throws {
        let service = try ScriptedService([Self.throttled, Self.throttled, Self.sent])
        let time = TestTime()
        #expect(try client(service, time).sendEmail(.sample, call: AWSCall()) == "m")
        #expect(service.received.count == 3)
        #expect(time.sleeps == [1_000, 2_000])
    }

    @Test("Throttled three times: the caller hears it, and that nothing was sent")
    func throttledForGood() throws {
        let service = try ScriptedService([Self.throttled])
        let error = #expect(throws: AWSError.self) { try client(service).sendEmail(.sample, call: AWSCall()) }
        #expect(error == AWSError(.throttled, serviceCode: "TooManyRequestsException", status: 429))
        #expect(service.received.count == 3)
    }

    @Test("Retry-After is waited for; with too little time the call ends at once")
    func retryAfter() throws {
        let slow = ScriptedService.Step.answer(429, [("Retry-After", "7")], "{}")
        let service = try ScriptedService([slow, Self.sent, slow, Self.sent])
        let time = TestTime()
        time.jitter = 0
        let client = client(service, time)
        _ = try client.sendEmail(.sample, call: AWSCall())
        #expect(time.sleeps == [7_000])
        let call = AWSCall(deadline: time.now.advanced(byMilliseconds: 7_100))
        let error = #expect(throws: AWSError.self) { try client.sendEmail(.sample, call: call) }
        #expect(error?.code == .throttled)
        #expect(time.sleeps == [7_000] && service.received.count == 3)
    }

    @Test("With no time left before the deadline nothing is sent")
    func deadline() throws {
        let service = try ScriptedService([Self.sent])
        let time = TestTime()
        for left: Int64 in [-1_000, 0, 200, 219] {
            let call = AWSCall(deadline: time.now.advanced(byMilliseconds: left))
            let error = #expect(throws: AWSError.self) { try client(service, time).sendEmail(.sample, call: call) }
            #expect(error?.code == .deadline && error?.mayHaveTakenEffect == false)
        }
        #expect(service.received.isEmpty)
        _ = try client(service, time).sendEmail(
            .sample, call: AWSCall(deadline: time.now.advanced(byMilliseconds: 5_000)))
        #expect(service.received.count == 1)
    }

    @Test("A silent service is given up at the deadline: a mail may have gone, and is not sent again")
    func silence() throws {
        let service = try ScriptedService([.silence])
        let time = TestTime()
        let call = AWSCall(deadline: time.now.advanced(byMilliseconds: 3_000))
        let error = #expect(throws: AWSError.self) { try client(service, time).sendEmail(.sample, call: call) }
        #expect(error?.code == .unavailable && error?.mayHaveTakenEffect == true)
        #expect(service.received.count == 1)
    }

    @Test(
        "A connection that is lost once the request is under way: mail and events are not sent again",
        arguments: [
            ScriptedService.Step.cut(.nothing), .cut(.head), .cut(.everything), .halfAnAnswer, .garbage,
            .answer(500, "{}"), .answer(503, "{}"), .manyBytes(100_000),
        ])
    func lost(step: ScriptedService.Step) throws {
        let service = try ScriptedService([step, .answer(200, #"{"MessageId":"m","Entries":[{"EventId":"e"}]}"#)])
        let mail = #expect(throws: AWSError.self) { try client(service).sendEmail(.sample, call: AWSCall()) }
        #expect(mail?.mayHaveTakenEffect == true)
        #expect(service.received.count <= 1)
        let again = try ScriptedService([step, .answer(200, #"{"Entries":[{"EventId":"e"}]}"#)])
        let events = #expect(throws: AWSError.self) { try client(again).putEvents([.sample()], call: AWSCall()) }
        #expect(events?.mayHaveTakenEffect == true)
        #expect(again.received.count <= 1)
    }

    @Test(
        "A secret is asked for again after each of these",
        arguments: [
            ScriptedService.Step.cut(.nothing), .cut(.head), .cut(.everything), .halfAnAnswer, .garbage,
            .answer(500, "{}"), .answer(503, "{}"), .answer(504, ""),
        ])
    func repeated(step: ScriptedService.Step) throws {
        let service = try ScriptedService([step, Self.secret])
        #expect(try client(service).secretValue("a", call: AWSCall()) == [0x73])
    }

    @Test("An endless answer is cut off and no reason to ask again")
    func huge() throws {
        let service = try ScriptedService([.manyBytes(600_000)])
        let error = #expect(throws: AWSError.self) { try client(service).secretValue("a", call: AWSCall()) }
        #expect(error?.code == .malformedAnswer)
        #expect(service.received.count == 1)
    }

    @Test("Nobody listens: three attempts, and surely nothing was sent")
    func nobody() throws {
        let (descriptor, port) = try silentListener()
        _ = close(descriptor)
        let time = TestTime()
        let error = #expect(throws: AWSError.self) {
            try client(endpoint: "http://127.0.0.1:\(port)", time).sendEmail(.sample, call: AWSCall())
        }
        #expect(error == AWSError(.unavailable))
        #expect(time.sleeps == [50, 100])
    }

    @Test("The budget: a service that always fails gets fewer and fewer retries, then none")
    func budget() throws {
        let service = try ScriptedService([.answer(500, "{}")])
        let time = TestTime()
        let client = client(service, time)
        for _ in 0..<20 {
            #expect(throws: AWSError.self) { try client.secretValue("a", call: AWSCall()) }
        }
        #expect(service.received.count == 20 + 500 / 14)
    }

    @Test("A pooled connection that died is replaced: a secret arrives, and no request twice")
    func deadConnection() throws {
        let service = try ScriptedService([
            .answerAndClose(200, #"{"SecretString":"s"}"#), .answerAndClose(200, #"{"SecretString":"t"}"#), Self.secret,
        ])
        let client = client(service)
        for expected in ["s", "t", "s"] {
            #expect(try client.secretValue("a", call: AWSCall()) == Array(expected.utf8))
            // The end of the connection arrives meanwhile, as it does in a frozen environment.
            usleep(30_000)
        }
        #expect(service.received.map(\.connection) == [0, 1, 2])
    }

    @Test("Secrets share a connection; mail and events never take one that was used before")
    func connections() throws {
        let answer = #"{"SecretString":"s","MessageId":"m","Entries":[{"EventId":"e"}]}"#
        let service = try ScriptedService([.answer(200, answer)])
        let client = client(service)
        _ = try client.secretValue("a", call: AWSCall())
        _ = try client.secretValue("a", call: AWSCall())
        _ = try client.sendEmail(.sample, call: AWSCall())
        _ = try client.putEvents([.sample()], call: AWSCall())
        let connections = service.received.map(\.connection)
        #expect(connections[0] == connections[1])
        #expect(Set(connections[1...]).count == 3)
    }
}
