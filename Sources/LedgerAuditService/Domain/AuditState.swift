/// How much an audit reads.
package enum AuditMode: String, Sendable {
    /// What changed since the checkpoints, and everything that is cheap.
    case incremental
    /// Every entry and every transaction from the first.
    case full
}

/// What an audit can end with.
package enum AuditState: String, Sendable {
    /// Everything was looked at and nothing found.
    case clean
    /// At least one finding.
    case failed
    /// No finding, but time ran out or a check could not run: neither good nor bad news.
    case incomplete = "verification incomplete"
}
