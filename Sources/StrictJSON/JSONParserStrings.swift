import Codecs

extension JSONParser {
    /// Reads a string from its quotation mark on: strict UTF-8, no bare control characters, surrogates only in pairs.
    @inline(__always)
    mutating func string(_ bytes: Span<UInt8>) throws(JSONError) {
        let start = index + 1
        let end = Self.endOfPlainText(bytes, from: start)
        if end < bytes.count, bytes[end] == 0x22 {
            try append(.string, from: start, length: end - start)
            index = end + 1
        } else {
            try mixedString(bytes, from: start)
        }
    }

    /// Reads a string that holds more than plain text, or does not end.
    private mutating func mixedString(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) {
        var position = start
        var isEscaped = false
        while true {
            position = Self.endOfPlainText(bytes, from: position)
            guard position < bytes.count else { throw failure(.syntax, at: bytes.count) }
            switch bytes[position] {
            case 0x22:
                try append(.string, from: start, length: position - start, isEscaped: isEscaped)
                index = position + 1
                return
            case 0x5C:
                isEscaped = true
                position = try escape(bytes, at: position)
            case 0x80...:
                let length = Self.lengthOfScalar(bytes, at: position)
                guard length > 0 else { throw failure(.encoding, at: position) }
                position += length
            default:
                throw failure(.syntax, at: position)
            }
        }
    }

    /// The first byte from `start` on that is not plain: a quotation mark, a backslash, a control or not ASCII.
    ///
    /// Looks at eight bytes at once (Mycroft's test for a byte in a word). A borrow can only spoil the marks above the
    /// first one that is right, and only the first one is used.
    @inline(__always)
    private static func endOfPlainText(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        while position &+ 8 <= bytes.count {
            // The loop's condition keeps the eight bytes inside the span.
            let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let word = UInt64(littleEndian: loaded)
            let controls = word &- ones &* 0x20
            let quotes = (word ^ ones &* 0x22) &- ones
            let backslashes = (word ^ ones &* 0x5C) &- ones
            let marks = (word | controls | quotes | backslashes) & 0x8080_8080_8080_8080
            if marks != 0 { return position &+ marks.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < bytes.count, isPlain(bytes[position]) { position += 1 }
        return position
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte < 0x80 && byte != 0x22 && byte != 0x5C
    }

    /// Checks the escape whose backslash is at `position`; returns the position behind it.
    private func escape(_ bytes: Span<UInt8>, at position: Int) throws(JSONError) -> Int {
        guard position + 1 < bytes.count else { throw failure(.syntax, at: bytes.count) }
        switch bytes[position + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74:
            return position + 2
        case 0x75:
            guard let unit = Self.unit(bytes, at: position) else { throw failure(.syntax, at: position) }
            if !(0xD800...0xDFFF).contains(unit) { return position + 6 }
            guard unit < 0xDC00, let low = Self.unit(bytes, at: position + 6), (0xDC00...0xDFFF).contains(low) else {
                throw failure(.loneSurrogate, at: position)
            }
            return position + 12
        default:
            throw failure(.syntax, at: position + 1)
        }
    }

    /// The UTF-16 unit of the `\uXXXX` at `position`; nil where there is none.
    static func unit(_ bytes: Span<UInt8>, at position: Int) -> UInt16? {
        guard position + 6 <= bytes.count, bytes[position] == 0x5C, bytes[position + 1] == 0x75 else { return nil }
        var unit: UInt16 = 0
        for digit in position + 2..<position + 6 {
            guard let value = Hex.value(of: bytes[digit]) else { return nil }
            unit = unit << 4 | UInt16(value)
        }
        return unit
    }

    /// How many bytes the scalar at `position` has (2 to 4); 0 where the bytes are not well formed.
    ///
    /// Source: The Unicode Standard, table 3-7.
    private static func lengthOfScalar(_ bytes: Span<UInt8>, at position: Int) -> Int {
        let second: ClosedRange<UInt8>
        let length: Int
        switch bytes[position] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
        for next in position + 2..<position + length where bytes[next] & 0xC0 != 0x80 { return 0 }
        return length
    }
}
