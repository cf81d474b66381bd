internal import Codecs

/// The configured origin that every link of a mail begins with: `https://host`, or `http://` on this machine.
///
/// Nothing of a request or an event ever takes part, so that no mail can be made to point elsewhere.
package struct BaseURL: Hashable, Sendable {
    /// Scheme, host and port, perhaps with a fixed path; without a slash at the end.
    package let text: String

    /// The longest base, in bytes.
    package static let maximumBytes = 256

    /// Nil for another scheme, for user information, a query, a fragment, or a host that is not ASCII.
    package init?(_ text: String) {
        var text = text
        while text.utf8.last == UInt8(ascii: "/") { text.removeLast() }
        guard text.utf8.count <= Self.maximumBytes, let authority = Self.authority(text), !authority.isEmpty,
            text.utf8.dropFirst(8).allSatisfy(Self.isPlain)
        else { return nil }
        let host = authority.prefix { $0 != UInt8(ascii: ":") }
        guard text.utf8.starts(with: "https://".utf8) || Self.isLoopback(host) else { return nil }
        self.text = text
    }

    /// A link below the base.
    ///
    /// - Parameters:
    ///   - path: begins with a slash; fixed in the source.
    ///   - secret: stands behind `#token=`, which browsers send to no server.
    package func link(_ path: StaticString, secret: LinkSecret? = nil) -> Link {
        let place = text + path.description
        return Link(
            valid: place + (secret.map { "#token=" + PercentEncoding.encode($0.text) } ?? ""), description: place)
    }

    /// A link that a server has to read, such as the one-click address of RFC 8058, whose last segment is the value.
    ///
    /// - Parameter path: ends with a slash.
    package func link(_ path: StaticString, segment value: LinkSecret) -> Link {
        let place = text + path.description
        return Link(valid: place + PercentEncoding.encode(value.text), description: place)
    }

    private static func authority(_ text: String) -> Substring.UTF8View? {
        for scheme in ["https://", "http://"] where text.utf8.starts(with: scheme.utf8) {
            return text.utf8.dropFirst(scheme.utf8.count).prefix { $0 != UInt8(ascii: "/") }
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || "-._~:/".utf8.contains(byte)
    }

    private static func isLoopback(_ host: Substring.UTF8View.SubSequence) -> Bool {
        host.elementsEqual("localhost".utf8) || host.elementsEqual("127.0.0.1".utf8)
    }
}
