internal import Codecs

/// The moment of a signature, to the second, as the protocol writes it.
struct SigningTime {
    /// `20150830T123600Z` (ISO 8601, basic format).
    let stamp: String
    let timestamp: Timestamp

    /// `20150830`.
    var day: String { String(stamp.prefix(8)) }

    init(_ timestamp: Timestamp) {
        let digits = RFC3339.format(timestamp).utf8.filter { $0 != 0x2D && $0 != 0x3A }
        // What follows are the milliseconds.
        stamp = String(decoding: digits.prefix(15), as: UTF8.self) + "Z"
        self.timestamp = timestamp
    }

    /// Reads the same; nil for any other shape, and for a moment that there is not.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 16, bytes[8] == 0x54, bytes[15] == 0x5A else { return nil }
        func digits(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let extended = """
            \(digits(0..<4))-\(digits(4..<6))-\(digits(6..<8))T\
            \(digits(9..<11)):\(digits(11..<13)):\(digits(13..<15))Z
            """
        guard let timestamp = RFC3339.parse(extended.utf8) else { return nil }
        self.timestamp = timestamp
        stamp = text
    }
}
