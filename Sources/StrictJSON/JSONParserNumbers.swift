extension JSONParser {
    /// Reads a number (RFC 8259, section 6) and refuses one that a double cannot hold.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = index
        var position = bytes[start] == 0x2D ? start + 1 : start
        let isZero = position < bytes.count && bytes[position] == 0x30
        position = isZero ? position + 1 : try digits(bytes, from: position)
        if position < bytes.count, bytes[position] == 0x2E {
            position = try digits(bytes, from: position + 1)
        }
        var hasExponent = false
        if position < bytes.count, bytes[position] | 0x20 == 0x65 {
            hasExponent = true
            position += 1
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D { position += 1 }
            position = try digits(bytes, from: position)
        }
        // Without an exponent, a shorter text neither reaches 10^308 nor falls under 10^-308.
        if hasExponent || position - start > 300 {
            guard Self.isRepresentable(source[start..<position]) else { throw failure(.number, at: start) }
        }
        try append(.number, from: start, length: position - start)
        index = position
    }

    /// The position behind one or more digits.
    private func digits(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> Int {
        var position = start
        while position < bytes.count, bytes[position] &- 0x30 < 10 { position += 1 }
        guard position > start else { throw failure(.syntax, at: start) }
        return position
    }

    /// Whether the number is finite as a double, and zero only if it is written as zero.
    private static func isRepresentable(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.count <= maximumNumberLength, let value = Double(String(decoding: text, as: UTF8.self)) else {
            return false
        }
        if value == 0 {
            return text.prefix { $0 | 0x20 != 0x65 }.allSatisfy { !(0x31...0x39).contains($0) }
        }
        return value.isFinite
    }

    /// No double needs more digits than this to be told from its neighbours (767 significant ones at most).
    private static let maximumNumberLength = 1100
}
