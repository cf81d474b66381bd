/// The passwords that everybody who guesses begins with.
///
/// 16 284 of at least 8 characters, in ASCII without capitals; `Resources/README.md` says where they come from.
enum CommonPasswords {
    /// Whether the bytes are one of the list, byte for byte; folding case is the caller's.
    static func contain(_ word: [UInt8]) -> Bool {
        contain(word, in: PackageResources.common_passwords_txt)
    }

    /// Binary search over lines that are sorted by their bytes.
    static func contain(_ word: [UInt8], in lines: [UInt8]) -> Bool {
        let list = lines.span
        var (lower, upper) = (0, list.count)
        while lower < upper {
            let start = lineStart(list, from: lower, before: lower + (upper - lower) / 2)
            let end = lineEnd(list, from: start)
            switch compare(list, start..<end, word) {
            case 0: return true
            case ..<0: lower = min(end + 1, upper)
            default: upper = start
            }
        }
        return false
    }

    private static let lineFeed = UInt8(ascii: "\n")

    private static func lineStart(_ list: Span<UInt8>, from lower: Int, before position: Int) -> Int {
        var start = position
        while start > lower && list[start - 1] != lineFeed { start -= 1 }
        return start
    }

    private static func lineEnd(_ list: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < list.count && list[end] != lineFeed { end += 1 }
        return end
    }

    /// Below 0 where the line comes before the word, 0 where it is the word.
    private static func compare(_ list: Span<UInt8>, _ line: Range<Int>, _ word: [UInt8]) -> Int {
        for position in 0..<min(line.count, word.count) {
            let difference = Int(list[line.lowerBound + position]) - Int(word[position])
            if difference != 0 { return difference }
        }
        return line.count - word.count
    }
}
