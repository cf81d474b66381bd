import Codecs
import LocalPlatform
import LocalServe
import Testing

@testable internal import LocalRuntimeAPI

@Suite("Who may ask the console")
struct ConsoleGateTests {
    private static let paths = ["/_local", "/_local/reader", "/_local/assets/console.js", "/_local/api/journal"]

    @Test("Its own addresses are let in", arguments: paths)
    func own(path: String) throws {
        let fixture = try ConsoleFixture()
        for host in ["127.0.0.1:8787", "localhost:8787", "LOCALHOST", "127.0.0.1"] {
            #expect(fixture.send("GET", path, [("Host", host)]).status == 200, "\(host)")
            let both = [("Host", host), ("Origin", "http://\(host)"), ("Sec-Fetch-Site", "same-origin")]
            #expect(fixture.send("GET", path, both).status == 200, "\(host)")
        }
    }

    /// A name of somebody else's that resolves to 127.0.0.1 (DNS rebinding).
    @Test(
        "A foreign host is refused",
        arguments: [
            "evil.example", "evil.example:8787", "127.0.0.1.evil.example", "localhost.evil.example:8787",
            "0.0.0.0:8787",
            "127.0.0.1:8787:1", "127.0.0.1:x", "127.0.0.1:99999", "[::1]:8787", "", "127.0.0.1@evil.example",
        ])
    func host(_ host: String) throws {
        let fixture = try ConsoleFixture()
        for path in Self.paths { #expect(fixture.send("GET", path, [("Host", host)]).status == 403, "\(path)") }
    }

    @Test("No host, or two, are refused")
    func hosts() throws {
        let fixture = try ConsoleFixture()
        #expect(fixture.send("GET", "/_local", []).status == 403)
        #expect(fixture.send("GET", "/_local", ConsoleFixture.own + [("host", "evil.example")]).status == 403)
    }

    @Test(
        "A foreign origin is refused, also of a request that changes nothing",
        arguments: [
            "http://evil.example", "null", "https://127.0.0.1:8787", "http://127.0.0.1:8788", "http://localhost:8787",
            "http://127.0.0.1:8787/", "http://127.0.0.1:8787.evil.example", "",
        ])
    func origin(_ origin: String) throws {
        let fixture = try ConsoleFixture()
        for path in Self.paths {
            #expect(fixture.send("GET", path, ConsoleFixture.own + [("Origin", origin)]).status == 403, "\(path)")
        }
        let headers = ConsoleFixture.own + [("Origin", origin), ("Content-Type", "application/json")]
        #expect(fixture.send("POST", "/_local/api/schedules/run", headers, body: #"{"name":"A"}"#).status == 403)
        #expect(fixture.deeds.all.isEmpty)
    }

    @Test("Two origins are refused")
    func origins() throws {
        let fixture = try ConsoleFixture()
        let headers = ConsoleFixture.change + [("origin", "http://evil.example")]
        #expect(fixture.send("POST", "/_local/api/schedules/run", headers, body: #"{"name":"A"}"#).status == 403)
        #expect(fixture.deeds.all.isEmpty)
    }

    @Test(
        "The interface is not read by another site; a link from one may open the page",
        arguments: ["cross-site", "same-site"])
    func site(_ site: String) throws {
        let fixture = try ConsoleFixture()
        let headers = ConsoleFixture.own + [("Sec-Fetch-Site", site)]
        #expect(fixture.send("GET", "/_local/api/journal", headers).status == 403)
        #expect(fixture.send("GET", "/_local/api/mail", headers).status == 403)
        #expect(fixture.send("GET", "/_local/reader/verify-email", headers).status == 200)
    }

    private static let deeds = [
        ("/_local/api/dead-letters/replay", #"{"name":"a.json"}"#), ("/_local/api/schedules/run", #"{"name":"A"}"#),
        ("/_local/api/secrets/rotate", #"{"name":"A"}"#),
        ("/_local/api/events", #"{"source":"nerdwork.comic","detailType":"ComicRead","detail":{}}"#),
    ]

    @Test("What changes something wants an origin and JSON", arguments: deeds)
    func changes(path: String, body: String) throws {
        let letter = ConsoleLetter(
            name: "a.json", time: .init(millisecondsSince1970: 0), title: "", target: "loyalty", errorType: nil,
            errorMessage: nil, attempts: nil, payload: .null)
        let fixture = try ConsoleFixture(letters: [letter])
        let type = ("Content-Type", "application/json"), origin = ("Origin", "http://127.0.0.1:8787")
        #expect(fixture.send("POST", path, ConsoleFixture.own + [type], body: body).status == 403)
        for other in [
            "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx", "",
        ] {
            let headers = ConsoleFixture.own + [origin, ("Content-Type", other)]
            #expect(fixture.send("POST", path, headers, body: body).status == 415, "\(other)")
        }
        #expect(fixture.send("POST", path, ConsoleFixture.own + [origin], body: body).status == 415)
        let long = body + String(repeating: " ", count: 64 << 10)
        #expect(fixture.send("POST", path, ConsoleFixture.change, body: long).status == 413)
        #expect(fixture.deeds.all.isEmpty)
        let charset = ConsoleFixture.own + [origin, ("Content-Type", "application/json; charset=utf-8")]
        #expect(fixture.send("POST", path, charset, body: body).status == 200)
        #expect(fixture.deeds.all.count == 1)
    }

    @Test("Each path takes its own method only")
    func methods() throws {
        let fixture = try ConsoleFixture()
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"] {
            for path in Self.paths {
                let answer = fixture.send(method, path, ConsoleFixture.change)
                #expect(answer.status == 405 && answer.field("Allow") != nil, "\(method) \(path)")
            }
        }
        for path in ["/_local", "/_local/reader", "/_local/api/journal", "/_local/api/mail", "/_local/api/ledger"] {
            #expect(fixture.send("POST", path, ConsoleFixture.change, body: "{}").status == 405, "\(path)")
        }
        for (path, _) in Self.deeds { #expect(fixture.send("GET", path).status == 405, "\(path)") }
    }

    @Test(
        "What is not there is not found",
        arguments: [
            "/_local/x", "/_local/api", "/_local/api/x", "/_local/api/mail/1/x", "/_local/api/mail/1/page/x",
            "/_local/assets", "/_local/assets/console.html", "/_local/assets/../api.js", "/_local/assets/a/api.js",
            "/_local/assets/%2e%2e%2fapi.js", "/_localx", "/wallet", "/_local/%", "/_local/%00", "/_local/%ff",
        ])
    func missing(path: String) throws {
        #expect(try ConsoleFixture().send("GET", path).status == 404)
    }

    @Test("A path beyond the limit is not found")
    func longPath() throws {
        let path = "/_local/reader/" + String(repeating: "a", count: 4_100)
        #expect(try ConsoleFixture().send("GET", path).status == 404)
    }

    @Test("Every answer forbids other sites to use it, and the page every script but its own")
    func protection() throws {
        let fixture = try ConsoleFixture()
        for path in Self.paths + ["/_local/x", "/_local/api/x"] {
            let answer = fixture.send("GET", path)
            #expect(answer.field("X-Content-Type-Options") == "nosniff", "\(path)")
            #expect(answer.field("X-Frame-Options") == "DENY", "\(path)")
            #expect(answer.field("Cache-Control") == "no-store", "\(path)")
            #expect(answer.field("Cross-Origin-Resource-Policy") == "same-origin", "\(path)")
            #expect(answer.field("Access-Control-Allow-Origin") == nil, "\(path)")
            let policy = try #require(answer.field("Content-Security-Policy"))
            #expect(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "\(path)")
            #expect(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"), "\(path)")
        }
    }
}
