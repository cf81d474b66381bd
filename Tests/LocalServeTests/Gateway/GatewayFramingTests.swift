import TestSupport
import Testing

@testable import LocalServe

/// RFC 9110 and RFC 9112: what could be read in two ways is refused, so that nobody gets another one's request.
@Suite("How requests are told apart on a connection")
struct GatewayFramingTests {
    private static let head = "POST /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    @Test(
        "Lengths and chunks that could be read in two ways are refused",
        arguments: [
            "Content-Length: +3\r\n\r\nabc", "Content-Length: 3, 3\r\n\r\nabc", "Content-Length: 0x3\r\n\r\nabc",
            "Content-Length: -1\r\n\r\n", "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
            "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding: identity\r\n\r\nabc",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
            "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n",
        ])
    func lengths(rest: String) throws {
        let reply = try ServedGateway().send(Self.head + rest)
        #expect(reply?.status == 400 && reply?.body == #"{"message":"Bad Request"}"#, "\(rest)")
    }

    /// RFC 9110, section 5.5; RFC 9112, sections 2.2, 2.3, 3.2 and 5.2.
    @Test(
        "A head that is none is refused",
        arguments: [
            "GET /a/1 HTTP/1.1\r\nConnection: close\r\n\r\n", "GET /a/1 HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
            "GET /a/1 HTTP/1.1\r\nHost: x\r\nX: a\rb\r\n\r\n", "GET /a/1 HTTP/1.1\r\nHost: x\r\nX: a\u{0}b\r\n\r\n",
            "GET /a/1 HTTP/1.1\nHost: x\r\n\r\n", "GET /a/1 HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
            "GET /a/1 HTTP/1.1\r\nHost: x\r\nX: y\r\n folded\r\n\r\n", "GET /a/1 HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
            "GET /a/1 HTTP/1.1x\r\nHost: x\r\n\r\n", "GET /a/1 HTTP/2.0\r\nHost: x\r\n\r\n",
            "GET /a/1 HTTP/1.11\r\nHost: x\r\n\r\n", "GET /a\u{1}/1 HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET  /a/1 HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a/1 x HTTP/1.1\r\nHost: x\r\n\r\n",
            "POST /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ])
    func heads(text: String) throws {
        let reply = try ServedGateway().send(text)
        #expect(reply?.status == 400 && reply?.body == #"{"message":"Bad Request"}"#, "\(text)")
    }

    @Test("Chunks are put together, with what may stand beside them")
    func chunks() throws {
        let gateway = try ServedGateway()
        let fields = "Content-Type: text/plain\r\nTransfer-Encoding: Chunked\r\n\r\n"
        for chunks in [
            "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "005\r\nabcde\r\n0\r\n\r\n",
            "5;a=b\r\nabcde\r\n0\r\nX-Trailer: 1\r\n\r\n",
        ] {
            let reply = gateway.send(Self.head + fields + chunks)
            #expect(reply?.body.contains(#""body":"abcde""#) == true, "\(chunks)")
        }
    }

    @Test("Requests that come at once are answered one after the other")
    func pipelined() throws {
        let gateway = try ServedGateway()
        let first = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\none"
        let second = Self.head + "Content-Type: text/plain\r\nContent-Length: 3\r\n\r\ntwo"
        let reply = try #require(gateway.send(first + second))
        let parts = reply.body.split(separator: "HTTP/1.1 200 OK")
        #expect(reply.status == 200 && parts.count == 2)
        #expect(parts.first?.contains(#""body":"one""#) == true && parts.last?.contains(#""body":"two""#) == true)
    }

    /// RFC 9112, section 9.3: a client of HTTP/1.0 reads until the connection's end.
    @Test("A connection ends where the client says so, and where it cannot say anything else")
    func ends() throws {
        let gateway = try ServedGateway()
        for text in [
            "GET /a/1 HTTP/1.0\r\n\r\n", "GET /a/1 HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Close\r\n\r\n",
            "GET /a/1 HTTP/1.1\r\nHost: x\r\nConnection: te\r\nConnection: close\r\n\r\n",
        ] {
            let reply = gateway.send(text)
            #expect(reply?.status == 200 && reply?.header("connection") == "close", "\(text)")
        }
        let kept = "GET /a/1 HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
        let reply = gateway.send(kept + "GET /a/2 HTTP/1.0\r\n\r\n")
        #expect(reply?.header("connection") == "keep-alive" && reply?.body.contains("/a/2") == true)
    }

    @Test("Whoever waits for a permission to send the body gets it; HEAD gets no body")
    func expectations() throws {
        let gateway = try ServedGateway()
        let reply = gateway.send(Self.head + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc")
        #expect(reply?.status == 100 && reply?.body.hasPrefix("HTTP/1.1 200") == true)
        let head = gateway.send("HEAD", "/any")
        #expect(
            head?.status == 200 && head?.body == "" && head?.header("content-length").flatMap { Int($0) } ?? 0 > 100)
    }
}
