package import Codecs

/// Times in the form of the Common Log Format, `12/Mar/2020:19:03:58 +0000`.
package enum CommonLogTime {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    package static func text(_ time: Timestamp) -> String {
        // 2026-11-21T06:15:00.000Z
        let text = Array(RFC3339.format(time).utf8)
        guard text.count >= 19, let month = Int(String(decoding: text[5..<7], as: UTF8.self)),
            months.indices.contains(month - 1)
        else { return "" }
        let part = { (range: Range<Int>) in String(decoding: text[range], as: UTF8.self) }
        return "\(part(8..<10))/\(months[month - 1])/\(part(0..<4)):\(part(11..<19)) +0000"
    }
}
