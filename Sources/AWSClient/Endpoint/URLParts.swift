/// An absolute http or https URL in its parts.
struct URLParts: Equatable {
    /// `http` or `https`.
    let scheme: String
    let host: HostAndPort
    /// Path, query and fragment as they are; empty or beginning with `/`, `?` or `#`.
    let rest: String

    /// Nil for another scheme, for user information, and for bytes that no URL has (RFC 3986, appendix A).
    init?(_ text: String) {
        let lower = text.prefix(8).lowercased()
        let scheme = lower.hasPrefix("https://") ? "https" : lower.hasPrefix("http://") ? "http" : nil
        guard let scheme, text.utf8.count <= 2_048, text.utf8.allSatisfy(Self.isURLByte) else { return nil }
        let afterScheme = text.dropFirst(scheme.utf8.count + 3)
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let host = HostAndPort(String(authority)) else { return nil }
        self.scheme = scheme
        self.host = host
        rest = String(afterScheme.dropFirst(authority.count))
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D: false
        default: (0x21...0x7E).contains(byte)
        }
    }
}
