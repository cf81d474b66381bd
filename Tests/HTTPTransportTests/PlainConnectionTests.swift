import Platform
import TestSupport
import Testing

@testable import HTTPTransport

/// What is the plain connection's own; `ExchangeTests` has what it shares with libcurl.
@Suite struct PlainConnectionTests {
    private let connection = PlainConnection()

    private func get(_ url: String, _ target: String? = nil) throws -> HTTPResponse {
        try connection.perform(HTTPRequest(.get, url, target: target, timeoutMilliseconds: 10_000))
    }

    @Test("A name is looked up, and Host says what the URL says")
    func name() throws {
        let service = try ScriptedService([.answer(200, "ok")])
        #expect(try get("http://localhost:\(service.port)/a/b?c").status == 200)
        #expect(try get("http://127.0.0.1:\(service.port)", "/d").status == 200)
        #expect(service.received.map(\.target) == ["GET /a/b?c HTTP/1.1", "GET /d HTTP/1.1"])
        #expect(service.received.first?.field("Host") == "localhost:\(service.port)")
        // Another peer, as far as the URL tells: another connection.
        #expect(service.received.map(\.connection) == [0, 1])
    }

    @Test("A name without an address: resolve, and nothing was sent")
    func unknownName() {
        let error = #expect(throws: TransportError.self) { try get("http://no-such-host.invalid/") }
        #expect(error?.code == .resolve)
        #expect(error?.requestMayHaveBeenReceived == false)
    }

    @Test("An idle connection that the peer has closed is replaced, and the request is received once")
    func closedWhileIdle() throws {
        let service = try ScriptedService([.answerAndClose(200, "first"), .answer(200, "second")])
        #expect(String(decoding: try get(service.url).body, as: UTF8.self) == "first")
        #expect(String(decoding: try get(service.url).body, as: UTF8.self) == "second")
        #expect(service.received.map(\.connection) == [0, 1])
    }

    @Test("A reused connection that dies before an answer: the request is sent once more, on a new one")
    func diesWhenReused() throws {
        let service = try ScriptedService([.answer(200, "first"), .cut(.everything), .answer(200, "second")])
        _ = try get(service.url)
        #expect(String(decoding: try get(service.url).body, as: UTF8.self) == "second")
        #expect(service.received.map(\.connection).last == 1)
    }

    @Test("A request that must not be received twice gets a connection of its own")
    func fresh() throws {
        let service = try ScriptedService([.answer(200, "")])
        for _ in 0..<2 {
            _ = try connection.perform(
                HTTPRequest(.get, service.url, timeoutMilliseconds: 10_000, mayReuseConnection: false))
        }
        #expect(service.received.map(\.connection) == [0, 1])
    }

    @Test("Half an answer is truncated")
    func halfAnAnswer() throws {
        let service = try ScriptedService([.halfAnAnswer])
        let error = #expect(throws: TransportError.self) { try get(service.url) }
        #expect(error?.code == .truncated)
    }

    @Test("A peer that takes no more of a large body: the time is up")
    func stuck() throws {
        let (listener, port) = try silentListener()
        defer { _ = close(listener) }
        let error = #expect(throws: TransportError.self) {
            let body = [UInt8](repeating: 0, count: 64 << 20)
            return try connection.perform(
                HTTPRequest(.post, "http://127.0.0.1:\(port)", body: body, timeoutMilliseconds: 200))
        }
        #expect(error?.code == .timeout)
    }

    @Test("A target that would end the request line is a usage error", arguments: ["/a b", "/a\r\nX: y", "/\u{7F}"])
    func badTarget(target: String) throws {
        let service = try ScriptedService([.answer(200, "")])
        let error = #expect(throws: TransportError.self) { try get(service.url, target) }
        #expect(error?.code == .usage)
        #expect(service.received.isEmpty)
    }

    @Test("URLs")
    func urls() {
        let table: [(String, [String]?)] = [
            ("http://127.0.0.1:9001", ["127.0.0.1", "9001", "127.0.0.1:9001", "/"]),
            ("HTTP://localhost/a?b", ["localhost", "80", "localhost", "/a?b"]),
            ("http://[::1]:9001/", ["::1", "9001", "[::1]:9001", "/"]),
            ("http://[::1]", ["::1", "80", "[::1]", "/"]),
            ("http://h:/", ["h", "80", "h:", "/"]),
            ("http://", nil), ("http:///a", nil), ("https://h", nil), ("http://h:9x", nil), ("http://h:123456", nil),
            ("http://[::1", nil), ("http://[::1]9", nil), ("http://a@b", nil), ("http://a?b", nil), ("http://a#b", nil),
            ("http://a b", nil), ("http://a\r\nb", nil), ("http://é", nil), ("", nil),
        ]
        for (text, expected) in table {
            let url = PlainURL(text)
            #expect(url.map { [$0.host, $0.port, $0.authority, $0.target] } == expected, "\(text)")
        }
    }
}
