/// Which `statement_timeout` the session should have for the time that is left.
///
/// The setting lives in the session and is only sent when it must change: in the usual case, where every invocation
/// has about the same time, never.
struct StatementTimeout: Equatable {
    /// The server gives up this much before the client, so that the answer still arrives.
    static let marginMilliseconds: Int64 = 50

    /// What the session has; nil when unknown, as after a rollback, which takes a changed setting with it.
    private(set) var current: Int64?

    init(current: Int64? = 0) {
        self.current = current
    }

    /// The milliseconds to set, 0 for no timeout, or nil when the current setting will do.
    func change(forRemaining remaining: Int64?) -> Int64? {
        guard let remaining else { return current == 0 ? nil : 0 }
        let allowed = max(1, remaining - min(Self.marginMilliseconds, remaining / 4))
        // Up to a quarter below what is allowed counts as fitting.
        if let current, current > 0, current <= allowed, current >= allowed - allowed / 4 { return nil }
        return max(1, allowed - allowed / 20)
    }

    mutating func hasBeenSet(to milliseconds: Int64) {
        current = milliseconds
    }

    mutating func isUnknown() {
        current = nil
    }
}
