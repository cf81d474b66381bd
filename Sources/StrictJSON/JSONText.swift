import Codecs

/// The text that a string of the source means.
enum JSONText {
    /// The UTF-8 bytes of the string or name at `entry`, escapes resolved.
    static func decoded(_ entry: JSONEntry, in source: [UInt8]) -> [UInt8] {
        guard entry.isEscaped else { return Array(source[entry.start..<entry.end]) }
        let bytes = source.span
        // An escape is never shorter than what it means.
        return Array(capacity: Int(entry.length)) { text in
            var position = entry.start
            while position < entry.end {
                if bytes[position] == 0x5C {
                    position += append(escapeAt: position, bytes, to: &text)
                } else {
                    text.append(bytes[position])
                    position += 1
                }
            }
        }
    }

    /// Appends what the escape means and returns its length in the source; the parser has checked it.
    private static func append(escapeAt position: Int, _ bytes: Span<UInt8>, to text: inout OutputSpan<UInt8>) -> Int {
        switch bytes[position + 1] {
        case 0x62: text.append(0x08)
        case 0x66: text.append(0x0C)
        case 0x6E: text.append(0x0A)
        case 0x72: text.append(0x0D)
        case 0x74: text.append(0x09)
        case 0x75: return append(unitAt: position, bytes, to: &text)
        default: text.append(bytes[position + 1])
        }
        return 2
    }

    private static func append(unitAt position: Int, _ bytes: Span<UInt8>, to text: inout OutputSpan<UInt8>) -> Int {
        let high = JSONParser.unit(bytes, at: position) ?? 0xFFFD
        var code = UInt32(high)
        var length = 6
        if (0xD800...0xDBFF).contains(high), let low = JSONParser.unit(bytes, at: position + 6) {
            code = 0x10000 + (UInt32(high) & 0x3FF) << 10 + UInt32(low) & 0x3FF
            length = 12
        }
        for byte in String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8 { text.append(byte) }
        return length
    }
}

extension JSONText {
    /// Whether the string or name at `entry` means exactly the bytes of `text`.
    static func matches(_ entry: JSONEntry, _ text: String, in source: [UInt8]) -> Bool {
        if entry.isEscaped { return decoded(entry, in: source).elementsEqual(text.utf8) }
        return text.utf8.count == Int(entry.length) && isEqual(source.span, entry.start, text.utf8.span)
    }

    /// The same with `A` to `Z` folded; other letters keep their case.
    static func matchesIgnoringASCIICase(_ entry: JSONEntry, _ text: String, in source: [UInt8]) -> Bool {
        if entry.isEscaped { return matchesIgnoringASCIICase(decoded(entry, in: source).span, text) }
        guard Int(entry.length) == text.utf8.count else { return false }
        return matchesIgnoringASCIICase(source.span.extracting(entry.start..<entry.end), text)
    }

    private static func matchesIgnoringASCIICase(_ bytes: Span<UInt8>, _ text: String) -> Bool {
        let wanted = text.utf8.span
        guard bytes.count == wanted.count else { return false }
        for position in 0..<wanted.count where folded(bytes[position]) != folded(wanted[position]) { return false }
        return true
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether the bytes from `start` on are the wanted ones; the caller has seen to it that there are as many.
    static func isEqual(_ bytes: Span<UInt8>, _ start: Int, _ wanted: Span<UInt8>) -> Bool {
        for position in 0..<wanted.count where bytes[start + position] != wanted[position] { return false }
        return true
    }
}
