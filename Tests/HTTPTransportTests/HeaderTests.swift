import HTTPTransport
import Testing

@Suite struct HeaderTests {
    static let head = Array(
        "HTTP/1.1 200 OK\r\nContent-Type:application/json\r\nX-Empty:\r\nx-a:  1 \r\nX-A: 2\r\n\r\n".utf8)

    @Test("A field is found whatever its case, the first of its name counts, blanks around the value go")
    func lookup() {
        let response = HTTPResponse(status: 200, head: Self.head, body: [])
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("CONTENT-TYPE") == "application/json")
        #expect(response.header("X-Empty") == "")
        #expect(response.header("X-A") == "1")
        #expect(response.header("X-") == nil)
        #expect(response.header("Content-Typ") == nil)
        #expect(response.header("HTTP/1.1 200 OK") == nil)
    }

    @Test("A section cut anywhere is searched without a trap")
    func truncated() {
        for end in 0...Self.head.count {
            let response = HTTPResponse(status: 200, head: Array(Self.head[..<end]), body: [])
            let value = response.header("Content-Type")
            #expect(value == nil || "application/json".hasPrefix(value ?? "-"))
        }
    }

    @Test("A value that could add a field is refused", arguments: ["a\r\nX: y", "a\nb", "a\u{0}b", "a\u{7F}"])
    func injection(value: String) {
        #expect(!HTTPHeaderList.isSafe(value))
    }
}
