/// The quoted-printable encoding (RFC 2045, section 6.7).
package enum QuotedPrintable {
    /// The longest line, soft break included.
    package static let maximumLine = 76

    /// Encodes text; each line break (LF or CRLF) becomes CRLF, a lone CR is encoded.
    package static func encode(_ text: String) -> String {
        var encoder = Encoder()
        let bytes = Array(text.utf8)
        for (position, byte) in bytes.enumerated() {
            let next = position + 1 < bytes.count ? bytes[position + 1] : nil
            switch byte {
            case 0x0A: encoder.endLine()
            case 0x0D where next == 0x0A: continue
            // A blank at a line's end would be lost on the way.
            case 0x20, 0x09: encoder.append(byte, escaped: next == nil || next == 0x0A || next == 0x0D)
            default: encoder.append(byte, escaped: !(0x21...0x7E).contains(byte) || byte == UInt8(ascii: "="))
            }
        }
        return String(decoding: encoder.bytes, as: UTF8.self)
    }

    private struct Encoder {
        var bytes: [UInt8] = []
        private var column = 0

        mutating func endLine() {
            bytes += [0x0D, 0x0A]
            column = 0
        }

        mutating func append(_ byte: UInt8, escaped: Bool) {
            let width = escaped ? 3 : 1
            if column + width > maximumLine - 1 {
                bytes.append(UInt8(ascii: "="))
                endLine()
            }
            column += width
            if escaped {
                bytes += [UInt8(ascii: "="), Self.digit(byte >> 4), Self.digit(byte & 15)]
            } else {
                bytes.append(byte)
            }
        }

        private static func digit(_ value: UInt8) -> UInt8 {
            value < 10 ? 0x30 + value : 0x37 + value
        }
    }
}
