/// Numbers from one bound to another, as `numeric` of a pattern means them.
///
/// EventBridge compares numbers from -5e9 to 5e9 alone (EventBridge user guide, "Numeric matching").
struct NumericRange: Sendable {
    let bottom: Bound
    let top: Bound

    struct Bound: Sendable {
        let value: Double
        /// Whether the bound itself is left out.
        let isOpen: Bool
    }

    private static let limit = 5e9
    static let lowest = Bound(value: -limit, isOpen: false)
    static let highest = Bound(value: limit, isOpen: false)

    func contains(_ text: String) -> Bool {
        guard let number = Self.comparable(text) else { return false }
        let isAbove = bottom.isOpen ? number > bottom.value : number >= bottom.value
        let isBelow = top.isOpen ? number < top.value : number <= top.value
        return isAbove && isBelow
    }

    /// The number; nil where EventBridge does not compare it.
    static func comparable(_ text: String) -> Double? {
        guard let number = Double(text), number.isFinite, abs(number) <= limit else { return nil }
        return number
    }

    /// Whether a number of an event is one of a pattern: 300 is 3.0e2.
    ///
    /// Numbers beyond the limits, such as those of accounts, are compared as they are written.
    static func equal(_ wanted: String, _ found: String) -> Bool {
        if let wanted = comparable(wanted), let found = comparable(found), wanted == found { return true }
        return wanted == found
    }
}
