import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

@Suite struct CookieTests {
    private func value(_ cookies: [String]) throws -> String? {
        var dispatcher = EventDispatcher()
        dispatcher.get("/") { request, _ in .json { $0.member("value", request.cookie("__Host-nw_rt")) } }
        let event = APIGatewayRequest(
            context: .init(http: .init(method: "GET", path: "/")), rawPath: "/", cookies: cookies)
        return try dispatcher.answer(to: event).json?.optional("value")?.string()
    }

    @Test("A cookie is found by the bytes of its name, alone in its text or among others")
    func found() throws {
        #expect(try value(["a=b", "__Host-nw_rt=nwr_x-Y_1"]) == "nwr_x-Y_1")
        #expect(try value(["a=b; __Host-nw_rt=v; c=d"]) == "v")
        #expect(try value(["__Host-nw_rt=a=b"]) == "a=b")
    }

    @Test(
        "A cookie that is planted twice, empty, too long, or of bytes that no cookie has, is none",
        arguments: [
            [], ["__host-nw_rt=v"], ["x__Host-nw_rt=v"], ["__Host-nw_rt"], ["__Host-nw_rt="], ["__Host-nw_rt =v"],
            ["__Host-nw_rt=a", "__Host-nw_rt=b"], ["__Host-nw_rt=a; __Host-nw_rt=a"], [#"__Host-nw_rt="v""#],
            ["__Host-nw_rt=a b"], ["__Host-nw_rt=a,b"], [#"__Host-nw_rt=a\b"#], ["__Host-nw_rt=é"],
            ["__Host-nw_rt=" + String(repeating: "a", count: 4097)],
        ])
    func refused(_ cookies: [String]) throws {
        #expect(try value(cookies) == nil)
    }

    @Test("A cookie of ours stays on its host, off scripts, and away from other sites; clearing it ends it at once")
    func fields() {
        let attributes = "Secure; HttpOnly; SameSite=Strict"
        #expect(
            SetCookie(name: "__Host-nw_rt", value: "nwr_x", maximumAge: 1_209_600).text
                == "__Host-nw_rt=nwr_x; Path=/; Max-Age=1209600; \(attributes)")
        #expect(SetCookie.clearing("__Host-nw_rt").text == "__Host-nw_rt=; Path=/; Max-Age=0; \(attributes)")
        #expect(
            SetCookie(name: "__Host-a", value: "a;b\r\nc", maximumAge: -1).text
                == "__Host-a=a%3bb%0d%0ac; Path=/; Max-Age=0; \(attributes)")
    }
}

@Suite struct BrowserProtectionTests {
    private func answer(_ headers: NamedValues, body: String? = "{}") throws -> Answer {
        var dispatcher = EventDispatcher()
        dispatcher.post("/") { request, _ in
            try request.requireBrowserProtection(origins: ["https://nerdwork.example", "http://localhost:3000"])
            return .json { $0.member("native", request.isNativeClient) }
        }
        return try dispatcher.answer(
            to: APIGatewayRequest(
                context: .init(http: .init(method: "POST", path: "/")), rawPath: "/", headers: headers, body: body))
    }

    private let good: NamedValues = [
        "content-type": "application/json", "x-nw-csrf": "1", "origin": "https://nerdwork.example",
    ]

    @Test("What our own page sends gets through")
    func ours() throws {
        #expect(try answer(good).status == 200)
        #expect(try answer(good, body: nil).status == 200)
    }

    @Test(
        "Without the field, an allowed origin byte for byte, or the type, it is 403",
        arguments: [
            ("x-nw-csrf", nil), ("x-nw-csrf", "0"), ("x-nw-csrf", "1,1"), ("x-nw-csrf", ""), ("origin", nil),
            ("origin", "null"), ("origin", "https://nerdwork.example/"), ("origin", "https://NERDWORK.example"),
            ("origin", "http://nerdwork.example"), ("origin", "https://nerdwork.example.evil.example"),
            ("origin", "https://nerdwork.example, https://evil.example"), ("origin", "https://nerdwor\u{212A}.example"),
            ("content-type", nil), ("content-type", "text/plain"),
        ] as [(String, String?)])
    func foreign(_ name: String, _ value: String?) throws {
        var headers = NamedValues(good.pairs.filter { $0.name != name })
        if let value { headers.append(name, value) }
        let answer = try answer(headers, body: nil)
        #expect(answer.status == 403 && answer.code == "csrf_rejected")
    }

    @Test("Only the exact word makes a client a native one")
    func native() throws {
        for (word, isNative) in [("native", true), ("Native", false), ("native, web", false), ("web", false)] {
            var headers = good
            headers.append("x-nw-client", word)
            #expect(try answer(headers).json?["native"]?.bool() == isNative)
        }
        #expect(try answer(good).json?["native"]?.bool() == false)
    }
}
