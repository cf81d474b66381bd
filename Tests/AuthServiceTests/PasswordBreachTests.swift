import Codecs
import Foundation
import LambdaRuntime
import Platform
import TestSupport
import Testing

@testable import AuthService

/// Against a stand-in that speaks as https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange describes.
struct PasswordBreachTests {
    /// The SHA-1 as `printf 'tundra maple 71 orbit' | sha1sum` prints it.
    private static let prefix = "67277"
    private static let suffix = "71457555B0864E2E9E567A3913234163570"

    @Test("The peer sees five digits of the SHA-1 and asks for padding")
    func request() throws {
        let peer = try ScriptedService([.answer(200, "\(Self.suffix):3\r\n")])
        #expect(try isBreached(peer))
        let request = try #require(peer.received.first)
        #expect(peer.received.count == 1)
        #expect(request.target == "GET /range/\(Self.prefix) HTTP/1.1")
        #expect(request.field("Add-Padding") == "true")
        #expect(request.field("User-Agent")?.isEmpty == false)
        #expect(request.body.isEmpty)
    }

    @Test(
        "Rows count by their digits and their count",
        arguments: [
            ("@:3", true), ("@:0", false), ("@:00", false), ("@:10", true), ("@", true), ("", false), ("\r\n", false),
            ("0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n@:2\r\n", true),
            ("0018A45C4D1DEF81644B54AB7F969B88D65:1\n@:2", true),
            ("0018A45C4D1DEF81644B54AB7F969B88D65:1\r\n@:0\r\n", false), ("#:4", true), ("@F:4", false), (":4", false),
            ("::::", false), ("X@:4", false),
        ])
    func rows(rows: String, isFound: Bool) throws {
        let text = rows.replacingOccurrences(of: "@", with: Self.suffix)
            .replacingOccurrences(of: "#", with: Self.suffix.lowercased())
        #expect(try isBreached(ScriptedService([.answer(200, text)])) == isFound)
    }

    @Test("A thousand rows of padding hide nothing")
    func padding() throws {
        let rows = (0..<1_000).map { number in String(format: "%035X", number) + ":0\r\n" }.joined()
        #expect(try isBreached(ScriptedService([.answer(200, rows + "\(Self.suffix):1")])))
        #expect(try !isBreached(ScriptedService([.answer(200, rows)])))
    }

    @Test("A peer that fails, lies or keeps silent keeps nobody from choosing a password")
    func open() throws {
        let steps: [ScriptedService.Step] = [
            .silence, .garbage, .cut(.everything), .halfAnAnswer, .manyBytes(600_000), .answer(429, "\(Self.suffix):3"),
            .answer(503, ""), .answer(302, ""),
        ]
        for step in steps { #expect(try !isBreached(ScriptedService([step])), "\(step)") }
        let breached = BreachedPasswords(url: "http://127.0.0.1:1")
        #expect(try !breached.contain(password("tundra maple 71 orbit"), context))
    }

    private func isBreached(_ peer: ScriptedService) throws -> Bool {
        try BreachedPasswords(url: peer.url).contain(password("tundra maple 71 orbit"), context)
    }

    private var context: InvocationContext {
        InvocationContext(requestID: "request", deadline: SystemClock.now().advanced(byMilliseconds: 60_000))
    }
}
