/// Tokens that retries cost, so that a service in trouble is not buried under them.
///
/// The numbers are those of the SDKs' standard mode (botocore, `retries/quota.py` and `standard.py`, version 2.1).
struct RetryBudget {
    static let capacity = 500
    private(set) var available = RetryBudget.capacity
    private var lastTaken: Int?

    /// Forgets what the call before took.
    mutating func beginCall() {
        lastTaken = nil
    }

    /// Takes the tokens of one retry; false where there are not enough.
    mutating func take(_ cost: Int) -> Bool {
        guard cost <= available else { return false }
        available -= cost
        lastTaken = cost
        return true
    }

    /// Gives back what the last retry took, or one token where the first attempt succeeded.
    mutating func succeed() {
        available = min(Self.capacity, available + (lastTaken ?? 1))
    }
}
