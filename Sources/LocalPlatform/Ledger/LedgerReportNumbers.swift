internal import Codecs

// How numbers and times are written for people.
extension LedgerReport {
    /// `-1,234,567`.
    static func grouped(_ number: some BinaryInteger) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// `1.2k`, `34M`: at most four characters and a sign, for the side of a chart.
    static func short(_ number: Int64) -> String {
        let units: [(UInt64, String)] = [
            (1_000_000_000_000, "T"), (1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k"),
        ]
        let sign = number < 0 ? "-" : ""
        guard let (unit, name) = units.first(where: { number.magnitude >= $0.0 }) else { return "\(number)" }
        let (whole, tenth) = (number.magnitude / unit, number.magnitude % unit * 10 / unit)
        return sign + (whole >= 100 || tenth == 0 ? "\(whole)" : "\(whole).\(tenth)") + name
    }

    /// `2026-11-21 06:15`.
    static func moment(_ time: Timestamp) -> String {
        let text = RFC3339.format(time)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5)
    }

    /// The smallest of 1, 2, 5, 10, 20, 50 … of which at most `count` reach the number; at least 1.
    static func step(for most: Int64, count: Int64) -> Int64 {
        var unit: Int64 = 1
        while true {
            for factor: Int64 in [1, 2, 5] {
                let (step, overflows) = unit.multipliedReportingOverflow(by: factor)
                if overflows || step >= Int64.max / count || step * count >= most { return overflows ? unit : step }
            }
            unit *= 10
        }
    }
}
