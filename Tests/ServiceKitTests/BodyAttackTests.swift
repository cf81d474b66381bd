import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

/// Bodies that are meant to break a parser.
@Suite struct BodyAttackTests {
    private let dispatcher: EventDispatcher

    init() {
        var dispatcher = EventDispatcher()
        dispatcher.post("/any") { request, _ in
            _ = try request.json()
            return APIResponse()
        }
        dispatcher.post("/number") { request, _ in
            let number = try request.json(onlyMembers: ["n"]).member("n").integer()
            return .json { $0.member("n", number) }
        }
        dispatcher.route(.post, "/large", maximumBodyBytes: 1 << 20) { request, _ in
            _ = try request.json()
            return APIResponse()
        }
        self.dispatcher = dispatcher
    }

    private func post(_ bytes: [UInt8], to path: String = "/any") throws -> Answer {
        try dispatcher.answer(to: request("POST", path, body: Base64.encode(bytes), isBase64Encoded: true))
    }

    private func post(_ text: String, to path: String = "/any") throws -> Answer {
        try dispatcher.answer(to: request("POST", path, body: text))
    }

    private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    @Test("I76: a hundred thousand brackets are refused, by length or by depth, and eight levels are read")
    func nesting() throws {
        #expect(try post(repeated("[", 100_000)).status == 413)
        for bracket in ["[", #"{"a":"#, #"[{"a":"#] {
            let answer = try post(repeated(bracket, 100_000), to: "/large")
            #expect(answer.status == 400 && answer.code == "malformed_json")
        }
        #expect(try post(repeated("[", 8) + repeated("]", 8)).status == 204)
        #expect(try post(repeated("[", 9) + repeated("]", 9)).code == "malformed_json")
    }

    @Test("I76: 32 members are read, 33 are refused, plain or escaped")
    func members() throws {
        func object(_ count: Int, _ prefix: String) -> String {
            "{" + (0..<count).map { "\"\(prefix)\($0)\":0" }.joined(separator: ",") + "}"
        }
        for prefix in ["m", #"\u006d"#] {
            #expect(try post(object(32, prefix)).status == 204)
            #expect(try post(object(33, prefix)).code == "malformed_json")
            #expect(try post("[" + object(33, prefix) + "]").code == "malformed_json")
        }
    }

    @Test(
        "I76: numbers beyond their type are refused, and minus zero is zero",
        arguments: [
            ("1e400", 400, "malformed_json"), ("-1e400", 400, "malformed_json"), ("1e-400", 400, "malformed_json"),
            ("9223372036854775808", 422, "invalid_member"), ("-9223372036854775809", 422, "invalid_member"),
            ("1.0", 422, "invalid_member"), ("01", 400, "malformed_json"), ("NaN", 400, "malformed_json"),
            ("-0", 200, nil), ("9223372036854775807", 200, nil), ("-9223372036854775808", 200, nil),
        ] as [(String, Int, String?)])
    func numbers(_ number: String, _ status: Int, _ code: String?) throws {
        let answer = try post(#"{"n":\#(number)}"#, to: "/number")
        #expect(answer.status == status && answer.code == code)
        if number == "-0" { #expect(try answer.json?.member("n").integer() == 0) }
    }

    @Test(
        "I76: names that occur twice, lone surrogates and what follows the text are refused",
        arguments: [
            (#"{"n":1,"n":1}"#, "duplicate_member"), (#"{"n":1,"\u006e":1}"#, "duplicate_member"),
            (#"{"n":"\uD800"}"#, "malformed_json"), (#"{"\uDC00":1}"#, "malformed_json"),
            (#"{"n":"\uDC00\uD800"}"#, "malformed_json"), (#"{"n":1}x"#, "malformed_json"),
            (#"{"n":1}{}"#, "malformed_json"), (#"{"n":1},"#, "malformed_json"), (#"{"n":1}//"#, "malformed_json"),
            ("\u{FEFF}{}", "malformed_json"), ("{\"n\":1}\0", "malformed_json"), ("{'n':1}", "malformed_json"),
        ])
    func texts(_ text: String, _ code: String) throws {
        let answer = try post(text)
        #expect(answer.status == 400 && answer.code == code)
    }

    @Test("I76: UTF-16 and UTF-32 are refused, with a byte order mark and without")
    func otherEncodings() throws {
        let text = #"{"n":1}"#
        func wide(_ before: Int, _ after: Int) -> [UInt8] {
            let (before, after) = ([UInt8](repeating: 0, count: before), [UInt8](repeating: 0, count: after))
            return text.utf8.reduce(into: []) { $0 += before + [$1] + after }
        }
        let (little, big): ([UInt8], [UInt8]) = (wide(0, 1), wide(1, 0))
        for bytes in [little, big, [0xFF, 0xFE] + little, [0xFE, 0xFF] + big, wide(0, 3), wide(3, 0)] {
            #expect(try post(bytes).status == 400)
        }
    }

    @Test("I76: 8 KiB are read, and one byte more is refused")
    func length() throws {
        #expect(try post(repeated(" ", 8190) + "{}").status == 204)
        let tooLong = try post(repeated(" ", 8191) + "{}")
        #expect(tooLong.status == 413 && tooLong.code == "body_too_large")
        #expect(try post(Array((repeated(" ", 8191) + "{}").utf8)).status == 413)
    }

    @Test("I77: a body is base64 where the gateway says so, and nowhere else")
    func base64() throws {
        #expect(try post(Array("{}".utf8)).status == 204)
        for text in ["{}", "e30", "e3 0=", "e31=", "====", "e30=e30="] {
            let answer = try dispatcher.answer(to: request("POST", "/any", body: text, isBase64Encoded: true))
            #expect(answer.status == 400 && answer.code == "invalid_encoding", "\(text)")
        }
        #expect(try post("e30=").code == "malformed_json")
    }

    @Test(
        "I77: bytes that are no UTF-8 are refused and never repaired",
        arguments: [
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0x80], [0xC3],
        ] as [[UInt8]])
    func invalidUTF8(_ bytes: [UInt8]) throws {
        let answer = try post(Array(#"{"n":""#.utf8) + bytes + Array(#""}"#.utf8))
        #expect(answer.status == 400 && answer.code == "invalid_encoding")
        let name = try post(Array(#"{""#.utf8) + bytes + Array(#"":1}"#.utf8))
        #expect(name.status == 400 && name.code == "invalid_encoding")
    }

    @Test("I77: a compressed body is refused unread, whether it says so or not")
    func compressed() throws {
        // head -c 1000000 /dev/zero | tr '\0' ' ' | gzip -9 | head -c 60: what unpacks to a megabyte begins like this.
        let gzip: [UInt8] = [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x01, 0x01]
        #expect(try post(gzip).status == 400)
        for coding in ["gzip", "GZIP", "deflate", "br", "gzip, identity", "x-gzip"] {
            let event = APIGatewayRequest(
                context: .init(http: .init(method: "POST", path: "/any")), rawPath: "/any",
                headers: ["content-type": "application/json", "content-encoding": coding],
                body: Base64.encode(gzip), isBase64Encoded: true)
            let answer = try dispatcher.answer(to: event)
            #expect(answer.status == 415 && answer.code == "unsupported_media_type", "\(coding)")
        }
    }
}
