/// Base 32 (RFC 4648, section 6).
package enum Base32 {
    /// Encodes `bytes` in upper case; `padded` fills up with `=` to a multiple of eight.
    package static func encode(_ bytes: [UInt8], padded: Bool = true) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 4) / 5 * 8)
        var (buffer, bits) = (UInt32(0), UInt32(0))
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(character(UInt8(buffer >> bits & 31)))
            }
            buffer &= (1 << bits) - 1
        }
        if bits > 0 { text.append(character(UInt8(buffer << (5 - bits) & 31))) }
        while padded, !text.count.isMultiple(of: 8) { text.append(padding) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes strictly: nil for a foreign byte, lower case, wrong padding, an impossible length, or spare bits that are
    /// not zero.
    package static func decode(_ text: some Collection<UInt8>, padded: Bool = true) -> [UInt8]? {
        var digits = Array(text)
        if padded {
            guard digits.count.isMultiple(of: 8) else { return nil }
            let spare = digits.reversed().prefix { $0 == padding }.count
            guard [0, 1, 3, 4, 6].contains(spare) else { return nil }
            digits.removeLast(spare)
        }
        guard [0, 2, 4, 5, 7].contains(digits.count % 8) else { return nil }
        return decode(digits: digits)
    }

    private static let padding = UInt8(ascii: "=")

    private static func decode(digits: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 5 / 8)
        var (buffer, bits) = (UInt32(0), UInt32(0))
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
                buffer &= (1 << bits) - 1
            }
        }
        // Else two texts would mean the same bytes (section 3.5).
        return buffer == 0 ? bytes : nil
    }

    private static func character(_ value: UInt8) -> UInt8 {
        value < 26 ? value + 0x41 : value - 26 + 0x32
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x32...0x37: character - 0x32 + 26
        default: nil
        }
    }
}
