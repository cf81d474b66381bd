import HTTPTransport
import LocalRuntimeAPI
import Platform
import TestSupport
import Testing

@Suite struct ExchangeTests {
    private let connection = HTTPConnection(HTTPConnection.Options(userAgent: "test/1"))

    private func url(_ server: LocalRuntimeServer, _ path: String = "/other") -> String {
        "http://\(server.address)\(path)"
    }

    @Test("A post arrives with its body, its fields and without Expect")
    func post() throws {
        let server = try LocalRuntimeServer()
        let headers = HTTPHeaderList([("X-One", "1"), ("X-Empty", ""), ("X-Bad", "a\r\nX-Injected: 1")])
        let body = [UInt8](repeating: 7, count: 2_000_000)
        let response = try connection.perform(
            HTTPRequest(.post, url(server), headers: headers, body: body, timeoutMilliseconds: 10_000))
        #expect(response.status == 404)
        let request = try #require(server.requests.first)
        #expect(request.body == body)
        #expect(request.header("x-one") == "1")
        #expect(request.header("x-empty") == "")
        #expect(request.header("expect") == nil)
        #expect(request.header("x-injected") == nil && request.header("x-bad") == nil)
        #expect(request.header("user-agent") == "test/1")
    }

    @Test("The connection is kept, and methods do not stick")
    func reuse() throws {
        let server = try LocalRuntimeServer()
        for method in [HTTPRequest.Method.get, .post, .put, .delete, .post, .get] {
            _ = try connection.perform(HTTPRequest(method, url(server), timeoutMilliseconds: 5_000))
        }
        #expect(server.requests.map(\.method) == ["GET", "POST", "PUT", "DELETE", "POST", "GET"])
        #expect(Set(server.requests.map(\.connection)) == [0])
        #expect(server.requests.allSatisfy { $0.body.isEmpty })
    }

    @Test("A connection that has been idle for too long is replaced")
    func maximumIdle() throws {
        let server = try LocalRuntimeServer()
        var options = HTTPConnection.Options(userAgent: "test/1")
        options.maximumIdleMilliseconds = 30
        let connection = HTTPConnection(options)
        for wait in [0, 60] {
            pauseFor(milliseconds: wait)
            _ = try connection.perform(HTTPRequest(.get, url(server), timeoutMilliseconds: 5_000))
        }
        #expect(server.requests.map(\.connection) == [0, 1])
    }

    @Test("Nobody listens: connect, and nothing was sent")
    func refused() throws {
        let server = try LocalRuntimeServer()
        let address = url(server)
        server.stop()
        pauseFor(milliseconds: 50)
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.post, address, body: [1], timeoutMilliseconds: 5_000))
        }
        #expect(error?.code == .connect)
        #expect(error?.requestMayHaveBeenReceived == false)
    }

    @Test("The time is up: timeout, and the peer may have got the request")
    func timeout() throws {
        let server = try LocalRuntimeServer()
        server.script(.other, [.delayed(milliseconds: 5_000)])
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.get, url(server), timeoutMilliseconds: 100))
        }
        #expect(error?.code == .timeout)
        #expect(error?.requestMayHaveBeenReceived == true)
    }

    @Test("A reset before the answer on a fresh connection")
    func resetBeforeAnswer() throws {
        let server = try LocalRuntimeServer()
        server.script(.other, [.breaking(.beforeAnswer)])
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.get, url(server), timeoutMilliseconds: 5_000))
        }
        #expect(error?.code == .noResponse)
        #expect(error?.requestMayHaveBeenReceived == true)
        #expect(error?.connectionWasReused == false)
    }

    @Test(
        "A reset inside the body: truncated, whatever the framing",
        arguments: [Behaviour.Framing.chunked, .contentLength])
    func truncated(framing: Behaviour.Framing) throws {
        let server = try LocalRuntimeServer()
        var behaviour = Behaviour.status(200, String(repeating: "x", count: 5_000))
        behaviour.framing = framing
        behaviour.breaks = .insideBody(after: 1_000)
        server.script(.other, [behaviour])
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.get, url(server), timeoutMilliseconds: 5_000))
        }
        #expect(error?.code == .truncated)
    }

    @Test(
        "A body of the largest size is taken, a byte more is refused",
        arguments: [Behaviour.Framing.chunked, .contentLength])
    func limit(framing: Behaviour.Framing) throws {
        let server = try LocalRuntimeServer()
        for size in [5_000, 5_001] {
            var behaviour = Behaviour.status(200, String(repeating: "x", count: size))
            behaviour.framing = framing
            server.script(.other, [behaviour])
        }
        let request = HTTPRequest(.get, url(server), timeoutMilliseconds: 5_000, maximumResponseBytes: 5_000)
        #expect(try connection.perform(request).body.count == 5_000)
        let error = #expect(throws: TransportError.self) { try connection.perform(request) }
        #expect(error?.code == .tooLarge)
        #expect(try connection.perform(request).status == 404, "the handle is fit for use afterwards")
    }

    @Test("A peer that does not speak HTTP: malformed, and it may have got the request")
    func otherProtocol() throws {
        let service = try ScriptedService([.garbage])
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.post, service.url, body: [1], timeoutMilliseconds: 5_000))
        }
        #expect(error?.code == .malformed)
        #expect(error?.requestMayHaveBeenReceived == true)
    }

    @Test("An unusable URL is a usage error", arguments: ["", "ftp://127.0.0.1/", "file:///etc/passwd", "http://[::1"])
    func badURL(text: String) {
        let error = #expect(throws: TransportError.self) {
            try connection.perform(HTTPRequest(.get, text, timeoutMilliseconds: 1_000))
        }
        #expect(error?.code == .usage)
        #expect(error?.requestMayHaveBeenReceived == false)
    }

    @Test("A refused socket interrupts the exchange")
    func refusedSocket() throws {
        let server = try LocalRuntimeServer()
        var options = HTTPConnection.Options(userAgent: "test/1")
        options.socketOpened = { _ in false }
        let error = #expect(throws: TransportError.self) {
            try HTTPConnection(options).perform(HTTPRequest(.get, url(server), timeoutMilliseconds: 1_000))
        }
        #expect(error?.code == .interrupted)
    }

    @Test("The bundle of authorities: what the environment names, then Amazon Linux's path, then Debian's")
    func bundle() {
        let all: Set = ["/env", "/aws", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/certs/ca-certificates.crt"]
        let variables = ["SSL_CERT_FILE": "/env", "AWS_CA_BUNDLE": "/aws"]
        func path(_ readable: Set<String>, _ set: [String: String]) -> String? {
            CertificateBundle.path(environment: { set[$0] }, isReadable: { readable.contains($0) })
        }
        #expect(path(all, variables) == "/env")
        #expect(path(all.subtracting(["/env"]), variables) == "/aws")
        #expect(path(all, [:]) == "/etc/pki/tls/certs/ca-bundle.crt")
        #expect(path(["/etc/ssl/certs/ca-certificates.crt"], [:]) == "/etc/ssl/certs/ca-certificates.crt")
        #expect(path([], variables) == nil)
    }

    private func pauseFor(milliseconds: Int) {
        var time = timespec()
        time.tv_nsec = milliseconds * 1_000_000
        unsafe nanosleep(&time, nil)
    }
}
