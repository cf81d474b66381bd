internal import Codecs

/// Times in the form of HTTP's `Date` field (RFC 9110, section 5.6.7): `Sat, 21 Nov 2026 06:15:00 GMT`.
enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ time: Timestamp) -> String {
        let text = Array(RFC3339.format(time).utf8)
        guard text.count >= 19, let month = Int(String(decoding: text[5..<7], as: UTF8.self)),
            months.indices.contains(month - 1)
        else { return "" }
        let part = { (range: Range<Int>) in String(decoding: text[range], as: UTF8.self) }
        // 1 January 1970 was a Thursday.
        let day = days[Int(((time.millisecondsSince1970 / 86_400_000) % 7 + 7) % 7)]
        return "\(day), \(part(8..<10)) \(months[month - 1]) \(part(0..<4)) \(part(11..<19)) GMT"
    }
}
