internal import Codecs

/// Text beyond ASCII in a header (RFC 2047): words of at most 75 characters, each on a line of its own.
package enum EncodedWord {
    private static let opening = "=?utf-8?B?"
    private static let closing = "?="
    /// Base64 makes 4 characters of 3 bytes: with its frame and `Subject: ` the line stays below 76.
    private static let bytesInWord = 39

    /// The text itself where it is printable ASCII that fits in a line; else encoded words.
    ///
    /// - Parameter column: how much of the first line the header's name takes.
    package static func encode(_ text: String, afterColumn column: Int) -> String {
        let isPlain = text.utf8.allSatisfy(ASCII.isPrintable) && !text.utf8.starts(with: "=?".utf8)
        guard !isPlain || text.utf8.count + column > 78 else { return text }
        return words(text).map { opening + Base64.encode($0) + closing }.joined(separator: "\r\n ")
    }

    /// No word ends inside a character (RFC 2047, section 5).
    private static func words(_ text: String) -> [[UInt8]] {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars where !TextRules.isControl(scalar) {
            let bytes = Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            if words[words.count - 1].count + bytes.count > bytesInWord { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words
    }
}
