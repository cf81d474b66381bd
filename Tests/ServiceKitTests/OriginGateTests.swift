import Codecs
import LambdaEvents
import LambdaRuntime
import StrictJSON
import TestSupport
import Testing

@testable import ServiceKit

@Suite("The front door")
struct OriginGateTests {
    private static let current = "current-0123456789-0123456789-0123456789"
    private static let previous = "previous-123456789-0123456789-0123456789"
    private static let next = "next-3456789-0123456789-0123456789-01234"

    private final class Time {
        var now = Timestamp(millisecondsSince1970: 1_800_000_000_000)

        func pass(_ milliseconds: Int64) { now = now.advanced(byMilliseconds: milliseconds) }
    }

    private static func value(_ text: String) -> ScriptedService.Step { .answer(200, #"{"SecretString":"\#(text)"}"#) }

    private static let unknown = ScriptedService.Step.answer(400, #"{"__type":"ResourceNotFoundException"}"#)

    private func gate(_ service: ScriptedService, _ time: Time = Time()) throws -> OriginGate {
        let variables = [
            "ORIGIN_SECRET_ARN": "arn:origin", "AWS_ENDPOINT_URL": service.url, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret",
        ]
        return try #require(OriginGate(variables: { variables[$0] }, now: { time.now }))
    }

    /// A dispatcher that tells whose request it was.
    private func dispatcher(_ gate: OriginGate?) -> EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.get("/who") { request, _ in .json { $0.member("address", ClientAddress(request).text) } }
        dispatcher.on(source: "nerdwork.test", detailType: "Test") { _, _ in JSONWriter.object { _ in } }
        dispatcher.onSchedule { _, _ in JSONWriter.object { _ in } }
        return dispatcher.behind(gate)
    }

    private func request(
        _ origin: String?, viewer: String? = nil, path: String = "/who", method: String = "GET"
    ) -> APIGatewayRequest {
        var headers = NamedValues()
        if let origin { headers.append("x-nw-origin", origin) }
        if let viewer { headers.append("x-nw-viewer", viewer) }
        return APIGatewayRequest(
            context: .init(http: .init(method: method, path: path, sourceIP: "198.51.100.9")), rawPath: path,
            headers: headers)
    }

    @Test("lets in who shows the current secret or the one before it, and asks for each once")
    func admits() throws {
        let service = try ScriptedService([Self.value(Self.current), Self.value(Self.previous)])
        let dispatcher = dispatcher(try gate(service))
        for secret in [Self.current, Self.previous, Self.current] {
            #expect(try dispatcher.answer(to: request(secret)).status == 200)
        }
        #expect(service.received.map { $0.text.contains("AWSPREVIOUS") } == [false, true])
    }

    @Test("refuses all else with 403 origin_refused, on every path, and calls nobody for what can be no secret")
    func refuses() throws {
        let service = try ScriptedService([Self.value(Self.current), Self.unknown])
        let dispatcher = dispatcher(try gate(service))
        let impossible = [nil, "", "short", String(repeating: "x", count: 257), Self.current + " ", "\(Self.current)é"]
        for secret in impossible {
            let answer = try dispatcher.answer(to: request(secret))
            #expect(answer.status == 403 && answer.code == "origin_refused")
        }
        #expect(service.received.isEmpty)
        let wrong = [
            String(Self.current.dropLast()), Self.current + "0", Self.current.uppercased(), Self.previous,
            "\(Self.current),\(Self.current)",
        ]
        for secret in wrong {
            for path in ["/who", "/health", "/nothing"] {
                let answer = try dispatcher.answer(to: request(secret, path: path))
                #expect(answer.status == 403 && answer.code == "origin_refused", "\(secret) \(path)")
            }
        }
        #expect(service.received.count == 2, "what is kept is asked for once in ten seconds")
        let head = try dispatcher.answer(to: request(nil, method: "HEAD"))
        #expect(head.status == 403 && head.response.bodyBytes == [])
    }

    @Test("finds a rotated secret at once, and however many wrong ones come, asks once in ten seconds")
    func rotation() throws {
        let time = Time()
        let service = try ScriptedService([
            Self.value(Self.previous), Self.unknown, Self.value(Self.current), Self.value(Self.previous),
            Self.value(Self.next), Self.value(Self.current),
        ])
        let dispatcher = dispatcher(try gate(service, time))
        #expect(try dispatcher.answer(to: request(Self.previous)).status == 200)
        time.pass(60_000)
        #expect(try dispatcher.answer(to: request(Self.current)).status == 200)
        #expect(try dispatcher.answer(to: request(Self.previous)).status == 200, "CloudFront shows it still")
        #expect(service.received.count == 4)
        for _ in 0..<20 {
            #expect(try dispatcher.answer(to: request(Self.next)).status == 403)
            time.pass(400)
        }
        #expect(service.received.count == 4)
        time.pass(2_000)
        #expect(try dispatcher.answer(to: request(Self.next)).status == 200)
        #expect(try dispatcher.answer(to: request(Self.previous)).status == 403)
        #expect(service.received.count == 6)
    }

    @Test("is shut while the secret cannot be had, and stays open with the one that it knows")
    func outage() throws {
        let time = Time()
        let down = ScriptedService.Step.answer(400, #"{"__type":"AccessDeniedException"}"#)
        let service = try ScriptedService([
            down, Self.value(Self.current), Self.unknown, .answer(400, #"{"__type":"ThrottlingException"}"#),
        ])
        let dispatcher = dispatcher(try gate(service, time))
        let shut = try dispatcher.answer(to: request(Self.current))
        #expect(shut.status == 503 && shut.code == "unavailable")
        #expect(try dispatcher.answer(to: request(Self.current)).status == 200)
        time.pass(300_000)
        for secret in [Self.current, Self.next] {
            #expect(try dispatcher.answer(to: request(secret)).status == (secret == Self.current ? 200 : 403))
        }
        #expect(service.received.count == 3 + 3, "three attempts of one call")
    }

    @Test("takes the address of CloudFront's caller, and the gateway's where that is not one address")
    func viewer() throws {
        let service = try ScriptedService([Self.value(Self.current), Self.unknown])
        let dispatcher = dispatcher(try gate(service))
        let rows: [(viewer: String?, address: String)] = [
            ("203.0.113.7", "203.0.113.7"), ("2001:DB8::7", "2001:db8::7"), (nil, "198.51.100.9"),
            ("203.0.113.7:443", "198.51.100.9"), ("203.0.113.7, 203.0.113.8", "198.51.100.9"), ("", "198.51.100.9"),
        ]
        for row in rows {
            let answer = try dispatcher.answer(to: request(Self.current, viewer: row.viewer))
            #expect(try answer.json?["address"]?.string() == row.address, "\(String(describing: row.viewer))")
        }
    }

    @Test("is none where the variable is not set: then its fields are nothing")
    func unset() throws {
        #expect(OriginGate(variables: { _ in nil }, now: { Time().now }) == nil)
        #expect(OriginGate(variables: { $0 == "ORIGIN_SECRET_ARN" ? "" : nil }, now: { Time().now }) == nil)
        let answer = try dispatcher(nil).answer(to: request("anything", viewer: "203.0.113.7"))
        #expect(try answer.json?["address"]?.string() == "198.51.100.9")
    }

    @Test("does not concern events and schedules")
    func events() throws {
        let service = try ScriptedService([Self.unknown])
        let dispatcher = dispatcher(try gate(service))
        let event = """
            {"version":"0","id":"a","detail-type":"Test","source":"nerdwork.test","account":"123456789012",
            "time":"2026-11-21T12:00:00Z","region":"us-east-1","resources":[],"detail":{}}
            """
        #expect(try dispatcher.handle(Array(event.utf8), context) == Array("{}".utf8))
        #expect(try dispatcher.handle(Array(#"{"detail":{}}"#.utf8), context) == Array("{}".utf8))
        #expect(service.received.isEmpty)
    }
}
