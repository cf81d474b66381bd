internal import Codecs

extension MailLocale {
    /// `21 November 2026, 09:08 UTC`; `21 novembre 2026 à 9 h 08 (UTC)`.
    func format(_ time: Timestamp) -> String {
        let minutes = (time.millisecondsSince1970 - time.day.start.millisecondsSince1970) / 60_000
        let (hour, minute) = (minutes / 60, Self.twoDigits(minutes % 60))
        switch self {
        case .english: return "\(format(time.day)), \(Self.twoDigits(hour)):\(minute)\u{A0}UTC"
        case .french: return "\(format(time.day)) à \(hour)\u{A0}h\u{A0}\(minute)\u{A0}(UTC)"
        }
    }

    /// `1 November 2026`, or `1er novembre 2026` in French.
    ///
    /// The day and its month stay in one line.
    func format(_ day: UTCDay) -> String {
        let (year, month, number) = day.components
        switch self {
        case .english: return "\(number)\u{A0}\(Self.englishMonths[month - 1]) \(year)"
        case .french: return "\(number)\(number == 1 ? "er" : "")\u{A0}\(Self.frenchMonths[month - 1]) \(year)"
        }
    }

    /// `1 Nov`, or `1er nov.` in French.
    func format(short day: UTCDay) -> String {
        let (_, month, number) = day.components
        switch self {
        case .english: return "\(number)\u{A0}\(Self.englishMonths[month - 1].prefix(3))"
        case .french: return "\(number)\(number == 1 ? "er" : "")\u{A0}\(Self.shortFrenchMonths[month - 1])"
        }
    }

    /// `−1,234,567` with a true minus sign; `−1 234 567` with narrow no-break spaces.
    func format(_ number: Quantity) -> String {
        let separator: Unicode.Scalar = self == .english ? "," : Typography.narrowNoBreakSpace
        let digits = Array(number.magnitude.digits.unicodeScalars)
        var grouped = String.UnicodeScalarView()
        if number.isNegative { grouped.append("−") }
        for (position, digit) in digits.enumerated() {
            let left = digits.count - position
            if position > 0, left.isMultiple(of: 3) { grouped.append(separator) }
            grouped.append(digit)
        }
        return String(grouped)
    }

    /// `1,234 NWT`, in one line.
    func format(amount: Quantity) -> String {
        format(amount) + "\u{A0}NWT"
    }

    private static func twoDigits(_ number: Int64) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }

    private static let englishMonths = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let frenchMonths = [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ]
    private static let shortFrenchMonths = [
        "janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.",
    ]
}
