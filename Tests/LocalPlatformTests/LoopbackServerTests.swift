internal import HTTPTransport
internal import LocalRuntimeAPI
internal import Platform
internal import Synchronization
internal import TestSupport
import Testing

@Suite("A loopback server")
struct LoopbackServerTests {
    private static func echo(_ limits: LoopbackServer.Limits = .init()) throws -> LoopbackServer {
        try LoopbackServer(limits: limits) { request in
            Answer(status: 200, headers: [("X-Connection", String(request.connection))], body: request.body)
        }
    }

    private func post(_ connection: HTTPConnection, _ server: LoopbackServer, _ body: String) throws -> HTTPResponse {
        try connection.perform(
            HTTPRequest(.post, server.url + "/x", body: Array(body.utf8), timeoutMilliseconds: 20_000))
    }

    @Test("Keeps a connection alive, and serves several at a time")
    func keepsAlive() throws {
        let server = try Self.echo()
        let numbers = Mutex<[[String]]>([])
        concurrently(4) { index in
            let connection = HTTPConnection(.init(userAgent: nil))
            let own = (0..<20).map { number -> String in
                let response = try? post(connection, server, "\(index)-\(number)")
                return response?.body == Array("\(index)-\(number)".utf8) ? response?.header("X-Connection") ?? "" : "?"
            }
            numbers.withLock { $0.append(own) }
        }
        let all = numbers.withLock { $0 }
        #expect(all.allSatisfy { Set($0).count == 1 && $0 != ["?"] }, "\(all)")
        #expect(Set(all.compactMap(\.first)).count == 4)
        server.stop()
    }

    @Test("Answers 413 to a body that is too long, and closes")
    func tooLarge() throws {
        let server = try Self.echo(.init(connections: 4, bodyBytes: 1_000))
        let connection = HTTPConnection(.init(userAgent: nil))
        #expect(try post(connection, server, String(repeating: "x", count: 1_000)).status == 200)
        #expect(try post(connection, server, String(repeating: "x", count: 1_001)).status == 413)
        #expect(try post(connection, server, "again").status == 200)
        server.stop()
    }

    @Test("Takes no more connections than its limit")
    func limit() throws {
        let server = try Self.echo(.init(connections: 1, bodyBytes: 1_000))
        let first = HTTPConnection(.init(userAgent: nil))
        #expect(try post(first, server, "a").status == 200)
        let second = HTTPConnection(.init(userAgent: nil))
        #expect(throws: TransportError.self) { try post(second, server, "b") }
        #expect(try post(first, server, "c").status == 200)
        server.stop()
    }

    @Test("Refuses connections once it is stopped")
    func stops() throws {
        let server = try Self.echo()
        let connection = HTTPConnection(.init(userAgent: nil))
        #expect(try post(connection, server, "a").status == 200)
        server.stop()
        #expect(throws: TransportError.self) { try post(connection, server, "b") }
    }
}
