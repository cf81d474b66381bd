package import Codecs

/// The date of HTTP's header fields.
package enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT` (IMF-fixdate, RFC 9110, section 5.6.7); nil for anything else.
    package static func parse(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 29, text.hasSuffix(" GMT"), bytes[3] == 0x2C else { return nil }
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, let month = months.firstIndex(of: String(words[2])), words[4].utf8.count == 8
        else { return nil }
        let number = String(month + 1)
        let digits = number.utf8.count == 1 ? "0\(number)" : number
        return RFC3339.parse("\(words[3])-\(digits)-\(words[1])T\(words[4])Z".utf8)
    }
}
