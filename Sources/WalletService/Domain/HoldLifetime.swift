/// How long a hold may keep an amount from its payer, in seconds.
enum HoldLifetime {
    static let standard: Int32 = 7 * 86_400
    /// From a minute to a week.
    static let allowed: ClosedRange<Int64> = 60...7 * 86_400
}
