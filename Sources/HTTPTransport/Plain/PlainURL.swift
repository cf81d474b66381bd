/// What a URL without TLS says: whom to ask, and what for (RFC 9110, section 4.2.1).
struct PlainURL: Equatable {
    /// A name or an address, an IPv6 address without its brackets.
    let host: String
    let port: String
    /// Host and port as they were written, for the field `Host`.
    let authority: String
    /// Path and query.
    let target: String

    /// Nil for another scheme than http, and for what no request line may hold.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        let scheme = Array("http://".utf8)
        guard Self.isSafe(text), bytes.count > scheme.count else { return nil }
        for (byte, expected) in zip(bytes, scheme) where byte | 0x20 != expected | 0x20 { return nil }
        let end = bytes[scheme.count...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        guard let (host, port) = Self.split(bytes[scheme.count..<end]) else { return nil }
        self.host = String(decoding: host, as: UTF8.self)
        self.port = port.isEmpty ? "80" : String(decoding: port, as: UTF8.self)
        authority = String(decoding: bytes[scheme.count..<end], as: UTF8.self)
        target = end < bytes.count ? String(decoding: bytes[end...], as: UTF8.self) : "/"
    }

    /// Whether the text has neither blanks nor control characters, which would end it in a request line.
    static func isSafe(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func split(_ authority: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>, port: ArraySlice<UInt8>)? {
        let isBracketed = authority.first == UInt8(ascii: "[")
        let hostEnd = isBracketed ? authority.firstIndex(of: UInt8(ascii: "]")) : authority.firstIndex(of: colon)
        if isBracketed && hostEnd == nil { return nil }
        let host = authority[..<(hostEnd ?? authority.endIndex)].dropFirst(isBracketed ? 1 : 0)
        let rest = authority[(hostEnd ?? authority.endIndex)...].dropFirst(isBracketed ? 1 : 0)
        guard !host.isEmpty, host.allSatisfy({ !delimiters.contains($0) }) else { return nil }
        guard rest.isEmpty || rest.first == colon else { return nil }
        let port = rest.dropFirst()
        guard port.count <= 5, port.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return (host, port)
    }

    private static let colon = UInt8(ascii: ":")
    /// What would begin another part of a URL, or belong to a user's name.
    private static let delimiters = Array("@?#[]\\".utf8)
}
