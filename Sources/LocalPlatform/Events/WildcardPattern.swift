/// A text in which `*` stands for any characters, also none; `\*` and `\\` are the characters themselves.
struct WildcardPattern: Sendable {
    /// The texts between the stars.
    private let parts: [[UInt8]]

    /// Nil where event-ruler refuses it: two stars in a row, or a backslash before anything else.
    init?(_ text: String) {
        var parts: [[UInt8]] = [[]]
        var isEscaped = false
        var followsStar = false
        for byte in text.utf8 {
            switch byte {
            case 0x2A where !isEscaped:
                guard !followsStar else { return nil }
                parts.append([])
            case 0x5C where !isEscaped:
                isEscaped = true
                followsStar = false
                continue
            default:
                guard !isEscaped || byte == 0x2A || byte == 0x5C else { return nil }
                parts[parts.count - 1].append(byte)
            }
            followsStar = byte == 0x2A && !isEscaped
            isEscaped = false
        }
        guard !isEscaped else { return nil }
        self.parts = parts
    }

    /// Each part is taken where it first fits, which leaves the most for those that follow; the last stands at the end.
    func matches(_ text: [UInt8]) -> Bool {
        guard parts.count > 1, let last = parts.last else { return text == parts[0] }
        guard text.starts(with: parts[0]) else { return false }
        var start = parts[0].count
        for part in parts.dropFirst().dropLast() {
            guard let found = Self.first(part, in: text, from: start) else { return false }
            start = found + part.count
        }
        return text.count - start >= last.count && text.suffix(last.count).elementsEqual(last)
    }

    private static func first(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        guard text.count - start >= part.count else { return nil }
        return (start...(text.count - part.count)).first { text[$0...].starts(with: part) }
    }
}
