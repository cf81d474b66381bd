import Codecs
import LambdaEvents

extension APIRequest {
    /// The cookie's value.
    ///
    /// Nil when there is none of that name, when there are two (the browser sends a planted one beside ours, and nothing
    /// tells which is which), and when the value is empty, longer than 4 KiB or has a byte that no cookie may have
    /// (RFC 6265, section 4.1.1). Names are compared as bytes.
    package func cookie(_ name: String) -> String? {
        let prefix = Array(name.utf8) + [0x3D]
        var found: Substring.UTF8View?
        for text in event.cookies {
            for pair in text.utf8.split(separator: 0x3B) {
                let pair = pair.drop { $0 == 0x20 }
                guard pair.starts(with: prefix) else { continue }
                guard found == nil else { return nil }
                found = pair.dropFirst(prefix.count)
            }
        }
        guard let found, (1...4096).contains(found.count), found.allSatisfy(CookieOctet.isAllowed) else { return nil }
        return String(Substring(found))
    }
}

/// A `Set-Cookie` field for a cookie that only this host gets, only over TLS, only from its own site, and that no script
/// can read.
///
/// Source: RFC 6265bis, section 4.1.3.2 (names that begin with `__Host-`).
package struct SetCookie: Hashable, Sendable {
    private let name: String
    private let value: String
    private let maximumAge: Int64

    /// - Parameters:
    ///   - name: begins with `__Host-`
    ///   - value: a byte that no cookie may have is percent-encoded
    ///   - maximumAge: seconds
    package init(name: String, value: String, maximumAge: Int64) {
        self.name = name
        self.value = value
        self.maximumAge = maximumAge
    }

    /// Removes the cookie from the browser.
    package static func clearing(_ name: String) -> SetCookie {
        SetCookie(name: name, value: "", maximumAge: 0)
    }

    /// The field's value.
    package var text: String {
        var bytes = Array("\(name)=".utf8)
        for byte in value.utf8 {
            if CookieOctet.isAllowed(byte) {
                bytes.append(byte)
            } else {
                bytes.append(contentsOf: "%\(Hex.encode([byte]))".utf8)
            }
        }
        bytes.append(contentsOf: "; Path=/; Max-Age=\(max(0, maximumAge)); Secure; HttpOnly; SameSite=Strict".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The bytes of a cookie's value (RFC 6265, section 4.1.1: `cookie-octet`).
enum CookieOctet {
    static func isAllowed(_ byte: UInt8) -> Bool {
        ASCII.isVisible(byte) && byte != 0x22 && byte != 0x2C && byte != 0x3B && byte != 0x5C
    }
}
