internal import Codecs

/// The authority of a URL without user information: a name or address, and a port.
struct HostAndPort: Equatable {
    /// In lower case; an IPv6 address without its brackets.
    let host: String
    let port: UInt16?

    /// Nil for an empty host, for brackets without an IPv6 address in them, and for anything that is no port.
    init?(_ text: String) {
        let lower = text.lowercased()
        let host: Substring
        let rest: Substring
        if lower.hasPrefix("[") {
            guard let end = lower.firstIndex(of: "]") else { return nil }
            host = lower[lower.index(after: lower.startIndex)..<end]
            rest = lower[lower.index(after: end)...]
            guard host.utf8.contains(0x3A), host.utf8.allSatisfy(Self.isAddressByte) else { return nil }
        } else {
            host = lower.prefix { $0 != ":" }
            rest = lower.dropFirst(host.count)
            guard !host.isEmpty, host.utf8.allSatisfy(Self.isNameByte) else { return nil }
        }
        self.host = String(host)
        if rest.isEmpty {
            port = nil
        } else {
            guard rest.hasPrefix(":"), let number = UInt16(rest.dropFirst()), number > 0 else { return nil }
            port = number
        }
    }

    /// As the `Host` header has it: the port only where it is not the scheme's.
    func authority(defaultPort: UInt16) -> String {
        let name = host.utf8.contains(0x3A) ? "[\(host)]" : host
        guard let port, port != defaultPort else { return name }
        return "\(name):\(port)"
    }

    /// 127.0.0.0/8 or ::1 as an address.
    var isLoopbackAddress: Bool {
        if host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func isAddressByte(_ byte: UInt8) -> Bool {
        (0x30...0x3A).contains(byte) || (0x61...0x66).contains(byte) || byte == 0x2E
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || ASCII.isLowercase(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }
}
