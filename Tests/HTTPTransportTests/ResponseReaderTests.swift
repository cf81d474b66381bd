import TestSupport
import Testing

@testable import HTTPTransport

/// Responses byte by byte; the texts follow RFC 9112's grammar and examples (sections 4, 6 and 7).
@Suite struct ResponseReaderTests {
    private struct Outcome: Equatable {
        var status = 0
        var body = ""
        var isWhole = false
        var keeps = false
        var failure: TransportError.Code?
    }

    /// Gives the pieces one after the other, and then the end of the connection.
    private func read(_ pieces: [[UInt8]], maximum: Int = 100) -> Outcome {
        var reader = ResponseReader()
        reader.begin(maximumBodyBytes: maximum)
        var outcome = Outcome()
        do throws(TransportError.Code) {
            for piece in pieces where !outcome.isWhole {
                reader.input += piece
                outcome.isWhole = try reader.read()
            }
            if !outcome.isWhole, reader.end() { outcome.isWhole = try reader.read() }
        } catch {
            outcome.failure = error
            return outcome
        }
        guard outcome.isWhole else { return outcome }
        outcome.keeps = reader.keepsConnection
        let response = reader.take()
        (outcome.status, outcome.body) = (response.status, String(decoding: response.body, as: UTF8.self))
        return outcome
    }

    private func read(_ text: String, maximum: Int = 100) -> Outcome {
        read([Array(text.utf8)], maximum: maximum)
    }

    static let whole: [(text: String, status: Int, body: String, keeps: Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true),
        ("HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello", 200, "hello", true),
        ("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "", true),
        ("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", 200, "hello", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", 304, "", true),
        ("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false),
        ("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", false),
        ("HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, "until the end", false),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0A;name=value\r\n, it is me\r\n0\r\n\r\n",
            200, "hello, it is me", true
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\nContent-Length: 3\r\n\r\n1\r\na\r\n0\r\nX-End: 1\r\n\r\n",
            200, "a", true
        ),
    ]

    @Test("A response is read, and told whether the connection may be kept", arguments: whole)
    func reads(text: String, status: Int, body: String, keeps: Bool) {
        #expect(read(text) == Outcome(status: status, body: body, isWhole: true, keeps: keeps))
    }

    @Test("Wherever the pieces end, the response is the same", arguments: whole)
    func pieces(text: String, status: Int, body: String, keeps: Bool) {
        let bytes = Array(text.utf8)
        let expected = Outcome(status: status, body: body, isWhole: true, keeps: keeps)
        #expect(read(bytes.map { [$0] }) == expected)
        for cut in bytes.indices { #expect(read([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected, "\(cut)") }
    }

    @Test("A response whose length was told and that ends too early is not whole", arguments: whole)
    func cut(text: String, status: Int, body: String, keeps: Bool) {
        guard !text.contains("until") else { return }
        let bytes = Array(text.utf8)
        for end in bytes.indices { #expect(!read([Array(bytes[..<end])]).isWhole, "\(end)") }
    }

    @Test("Nothing is left of a response that was not whole", arguments: whole)
    func begunAnew(text: String, status: Int, body: String, keeps: Bool) throws {
        var reader = ResponseReader()
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            reader.begin(maximumBodyBytes: 100)
            reader.input += bytes[..<end]
            _ = try reader.read()
        }
        reader.begin(maximumBodyBytes: 100)
        reader.input += bytes
        #expect(try reader.read() || reader.end())
        #expect(String(decoding: reader.take().body, as: UTF8.self) == body)
    }

    @Test("Bytes behind the response: the connection is not kept")
    func surplus() {
        let outcome = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n")
        #expect(outcome == Outcome(status: 200, body: "hello", isWhole: true, keeps: false))
    }

    @Test(
        "What is no response",
        arguments: [
            "SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2 200\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "HTTP/1.1 099 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
        ])
    func malformed(text: String) {
        #expect(read(text).failure == .malformed)
    }

    @Test(
        "More than allowed is refused before it has come",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
            "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 101),
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X-Field: value\r\n", count: 20_000),
            String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20_000),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
                + String(repeating: "X: y\r\n", count: 50_000),
        ])
    func tooLarge(text: String) {
        #expect(read(text).failure == .tooLarge)
    }

    @Test("Damaged responses end in an outcome, not in a trap")
    func damaged() {
        var chance = SeededRandom()
        for _ in 0..<5_000 {
            var bytes = Array(Self.whole[Int.random(in: 0..<Self.whole.count, using: &chance)].text.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &chance) {
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
            }
            let outcome = read([bytes])
            #expect(outcome.body.utf8.count <= 300, "seed \(chance.seed)")
        }
    }
}
