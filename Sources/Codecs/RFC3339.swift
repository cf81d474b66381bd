/// Dates and times as RFC 3339 writes them, always in UTC.
package enum RFC3339 {
    /// `2026-11-21T05:53:15.042Z`: always with milliseconds, so that texts sort as the moments do.
    ///
    /// RFC 3339 has years of four digits; a moment outside the years 0 to 9999 shows as the nearest inside.
    package static func format(_ timestamp: Timestamp) -> String {
        let timestamp = min(max(timestamp, earliest), latest)
        let day = timestamp.day
        let milliseconds = Int(timestamp.millisecondsSince1970 - day.start.millisecondsSince1970)
        let seconds = milliseconds / 1000
        var text = digits(of: day)
        text.reserveCapacity(24)
        text.append(0x54)
        append(seconds / 3600, 2, to: &text)
        text.append(0x3A)
        append(seconds / 60 % 60, 2, to: &text)
        text.append(0x3A)
        append(seconds % 60, 2, to: &text)
        text.append(0x2E)
        append(milliseconds % 1000, 3, to: &text)
        text.append(0x5A)
        return String(decoding: text, as: UTF8.self)
    }

    /// `2026-11-21` (`full-date`).
    package static func format(_ day: UTCDay) -> String {
        String(decoding: digits(of: day), as: UTF8.self)
    }

    /// Reads a `date-time` with `Z` or a numeric offset; nil for anything else.
    ///
    /// Digits of the fraction after the third are dropped. A leap second (`:60`) is read as the second after `:59`.
    package static func parse(_ text: some Collection<UInt8>) -> Timestamp? {
        var reader = DigitReader(Array(text))
        guard let day = reader.day(), reader.skip(0x54) || reader.skip(0x74),
            let hour = reader.number(2, upTo: 23), reader.skip(0x3A),
            let minute = reader.number(2, upTo: 59), reader.skip(0x3A),
            let second = reader.number(2, upTo: 60),
            let fraction = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let seconds = Int64(hour * 3600 + minute * 60 + second - offset * 60)
        return day.start.advanced(byMilliseconds: seconds * 1000 + Int64(fraction))
    }

    /// Reads a `full-date`; nil for anything else.
    package static func parseDay(_ text: some Collection<UInt8>) -> UTCDay? {
        var reader = DigitReader(Array(text))
        guard let day = reader.day(), reader.isAtEnd else { return nil }
        return day
    }

    private static let earliest = Timestamp(millisecondsSince1970: -62_167_219_200_000)
    private static let latest = Timestamp(millisecondsSince1970: 253_402_300_799_999)

    private static func digits(of day: UTCDay) -> [UInt8] {
        let day = min(max(day, earliest.day), latest.day)
        let (year, month, dayOfMonth) = day.components
        var text: [UInt8] = []
        append(year, 4, to: &text)
        text.append(0x2D)
        append(month, 2, to: &text)
        text.append(0x2D)
        append(dayOfMonth, 2, to: &text)
        return text
    }

    private static func append(_ number: Int, _ width: Int, to text: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        var rest = max(0, number)
        while divisor > 0 {
            text.append(0x30 + UInt8(truncatingIfNeeded: rest / divisor % 10))
            rest %= divisor
            divisor /= 10
        }
    }
}

/// Takes numbers of fixed width off the front of a text.
private struct DigitReader {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool {
        index == bytes.count
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func number(_ width: Int, upTo most: Int) -> Int? {
        guard index + width <= bytes.count else { return nil }
        var value = 0
        for byte in bytes[index..<index + width] {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        guard value <= most else { return nil }
        index += width
        return value
    }

    mutating func day() -> UTCDay? {
        guard let year = number(4, upTo: 9999), skip(0x2D), let month = number(2, upTo: 12), skip(0x2D),
            let day = number(2, upTo: 31)
        else { return nil }
        return UTCDay(year: year, month: month, day: day)
    }

    /// Milliseconds after the point; 0 when there is none, nil when a point has no digit behind it.
    mutating func fraction() -> Int? {
        guard skip(0x2E) else { return 0 }
        var milliseconds = 0
        var count = 0
        while let digit = number(1, upTo: 9) {
            if count < 3 { milliseconds = milliseconds * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 3)..<3 { milliseconds *= 10 }
        return milliseconds
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int? {
        if skip(0x5A) || skip(0x7A) { return 0 }
        let sign = skip(0x2B) ? 1 : skip(0x2D) ? -1 : 0
        guard sign != 0, let hours = number(2, upTo: 23), skip(0x3A), let minutes = number(2, upTo: 59) else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
