internal import Codecs

/// A whole number of any length, such as a sum that no machine integer holds.
package struct Quantity: Hashable, Sendable {
    /// An optional minus sign and 1 to 40 digits.
    package let digits: String

    package init(_ number: Int64) {
        digits = "\(number)"
    }

    /// Nil for anything but an optional minus sign and 1 to 40 digits.
    package init?(digits: String) {
        let figures = digits.utf8.first == UInt8(ascii: "-") ? digits.utf8.dropFirst() : digits.utf8[...]
        guard (1...40).contains(figures.count), figures.allSatisfy(ASCII.isDigit) else { return nil }
        self.digits = digits
    }

    /// The number, as near as an `Int64` comes to it; for the length of a bar.
    var approximate: Int64 {
        Int64(digits) ?? (isNegative ? .min : .max)
    }

    var isNegative: Bool {
        digits.utf8.first == UInt8(ascii: "-")
    }

    /// The same without its sign.
    var magnitude: Quantity {
        Quantity(valid: isNegative ? String(digits.dropFirst()) : digits)
    }

    private init(valid digits: String) {
        self.digits = digits
    }
}
