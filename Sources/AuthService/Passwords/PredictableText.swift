import Codecs

/// Which parts of a password somebody who guesses gets for nothing.
///
/// Works on Unicode scalars with `A` to `Z` folded.
struct PredictableText {
    private let scalars: [UInt32]
    private var isExplained: [Bool]

    /// - Parameter context: words that are known of the account or the service
    init(_ text: [UInt8], context: [[UInt8]]) {
        scalars = Self.folded(text)
        isExplained = Array(repeating: false, count: scalars.count)
        explainRuns()
        for row in KeyboardRows.all { explainPieces(of: row) }
        for word in context where word.count >= Self.shortestContextWord { explain(word: Self.folded(word)) }
    }

    /// The scalars that nothing explains, in their order.
    var rest: [UInt32] {
        zip(scalars, isExplained).filter { !$0.1 }.map(\.0)
    }

    /// Whether less than half of the text, and fewer scalars than the shortest password has, remain to be guessed.
    var isMostlyPredictable: Bool {
        let rest = rest.count
        return rest * 2 < scalars.count && rest < PasswordPolicy.minimumWithSecondFactor
    }

    /// The shortest piece that the text repeats, the last time perhaps cut short; the whole text where it repeats none.
    static func repeatedUnit(_ text: [UInt32]) -> ArraySlice<UInt32> {
        for length in stride(from: 1, through: text.count / 2, by: 1)
        where (length..<text.count).allSatisfy({ text[$0] == text[$0 - length] }) {
            return text[..<length]
        }
        return text[...]
    }

    static func folded(_ text: [UInt8]) -> [UInt32] {
        String(decoding: text.map { ASCII.isUppercase($0) ? $0 | 0x20 : $0 }, as: UTF8.self).unicodeScalars.map(\.value)
    }

    static let shortestContextWord = 4
    private static let shortestRun = 3
    private static let shortestPieceOfRow = 4
}

extension PredictableText {
    /// `aaa`, `abc`, `321`: each scalar as far from the one before.
    private mutating func explainRuns() {
        var start = 0
        while start + 1 < scalars.count {
            let step = Int64(scalars[start + 1]) - Int64(scalars[start])
            var end = start + 2
            while end < scalars.count && Int64(scalars[end]) - Int64(scalars[end - 1]) == step { end += 1 }
            if abs(step) <= 1 && end - start >= Self.shortestRun { explain(start..<end) }
            start = end - 1
        }
    }

    /// Pieces of a row of keys, forwards or backwards.
    private mutating func explainPieces(of row: [UInt32]) {
        for row in [row, row.reversed()] {
            var start = 0
            while start < scalars.count {
                let length = Self.longestPiece(of: row, in: scalars[start...])
                if length >= Self.shortestPieceOfRow { explain(start..<start + length) }
                start += max(1, length - 1)
            }
        }
    }

    private static func longestPiece(of row: [UInt32], in text: ArraySlice<UInt32>) -> Int {
        guard let first = text.first, let place = row.firstIndex(of: first) else { return 0 }
        return zip(row[place...], text).prefix { $0 == $1 }.count
    }

    private mutating func explain(word: [UInt32]) {
        guard scalars.count >= word.count else { return }
        for start in 0...scalars.count - word.count where scalars[start..<start + word.count].elementsEqual(word) {
            explain(start..<start + word.count)
        }
    }

    private mutating func explain(_ range: Range<Int>) {
        for position in range { isExplained[position] = true }
    }
}

/// Ways over a keyboard that fingers find by themselves; each key at most once in a row.
private enum KeyboardRows {
    static let all = [
        "1234567890", "!@#$%^&*()", "qwertyuiop", "asdfghjkl", "zxcvbnm",
        // German and French
        "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
        // Columns, and two rows at once
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik", "qazwsxedcrfvtgbyhnujmik", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
    ].map { PredictableText.folded(Array($0.utf8)) }
}
