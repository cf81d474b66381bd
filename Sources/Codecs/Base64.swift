/// Base 64 in its two alphabets (RFC 4648, sections 4 and 5).
package enum Base64 {
    /// Which of RFC 4648's alphabets, and with it whether there is padding.
    package enum Alphabet: Sendable {
        /// Section 4: `+`, `/`, padded with `=` to a multiple of four.
        case standard
        /// Section 5: `-`, `_`, without padding, as JSON Web Tokens use it (RFC 7515, section 2).
        case url
    }

    /// Encodes `bytes`; the standard alphabet is padded, the URL alphabet is not.
    package static func encode(_ bytes: [UInt8], alphabet: Alphabet = .standard) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let taken = min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 {
                group = group << 8 | (offset < taken ? UInt32(bytes[index + offset]) : 0)
            }
            for position in 0...taken {
                text.append(character(UInt8(group >> (18 - 6 * UInt32(position)) & 63), alphabet))
            }
            if alphabet == .standard {
                text.append(contentsOf: repeatElement(0x3D, count: 3 - taken))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Decodes strictly: nil for a foreign byte, wrong padding, an impossible length, or spare bits that are not zero.
    package static func decode(_ text: some Collection<UInt8>, alphabet: Alphabet = .standard) -> [UInt8]? {
        var digits = Array(text)
        if alphabet == .standard {
            guard digits.count.isMultiple(of: 4) else { return nil }
            var padding = 0
            while padding < 2, digits.last == 0x3D {
                digits.removeLast()
                padding += 1
            }
        }
        guard digits.count % 4 != 1 else { return nil }
        return decode(digits: digits, alphabet)
    }

    private static func decode(digits: [UInt8], _ alphabet: Alphabet) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count * 3 / 4)
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for digit in digits {
            guard let value = value(of: digit, alphabet) else { return nil }
            buffer = buffer << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
                buffer &= (1 << bits) - 1
            }
        }
        // Bits left over must be zero, else two texts would mean the same bytes (RFC 4648, section 3.5).
        return buffer == 0 ? bytes : nil
    }

    private static func character(_ value: UInt8, _ alphabet: Alphabet) -> UInt8 {
        switch value {
        case 0..<26: value + 0x41
        case 26..<52: value - 26 + 0x61
        case 52..<62: value - 52 + 0x30
        case 62: alphabet == .standard ? 0x2B : 0x2D
        default: alphabet == .standard ? 0x2F : 0x5F
        }
    }

    private static func value(of character: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case 0x2B where alphabet == .standard, 0x2D where alphabet == .url: 62
        case 0x2F where alphabet == .standard, 0x5F where alphabet == .url: 63
        default: nil
        }
    }
}
