/// Percent-encoding of URL parts (RFC 3986, section 2.1).
package enum PercentEncoding {
    /// Encodes every byte but the unreserved ones (RFC 3986, section 2.3), so that the text fits in any part of a URL.
    package static func encode(_ text: String) -> String {
        encode(text.utf8)
    }

    /// The same for bytes that may be no text.
    ///
    /// - Parameter keepsSlash: whether `/` stays, as between the segments of a path.
    package static func encode(_ bytes: some Sequence<UInt8>, keepsSlash: Bool = false) -> String {
        var encoded: [UInt8] = []
        for byte in bytes {
            if isUnreserved(byte) || keepsSlash && byte == 0x2F {
                encoded.append(byte)
            } else {
                encoded.append(0x25)
                encoded.append(hexDigits[Int(byte >> 4)])
                encoded.append(hexDigits[Int(byte & 15)])
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// Decodes `%XX`; nil where a `%` is not followed by two hexadecimal digits.
    ///
    /// - Parameter plusIsSpace: whether `+` means a blank, as in query strings that a form made.
    package static func decode(_ text: some Sequence<UInt8>, plusIsSpace: Bool = false) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = text.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 0x25:
                guard let high = iterator.next().flatMap(Hex.value(of:)),
                    let low = iterator.next().flatMap(Hex.value(of:))
                else { return nil }
                decoded.append(high << 4 | low)
            case 0x2B where plusIsSpace:
                decoded.append(0x20)
            default:
                decoded.append(byte)
            }
        }
        return decoded
    }

    private static let hexDigits = Array("0123456789ABCDEF".utf8)

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}
