internal import LambdaRuntime
internal import PostgresClient

/// What the outbox holds that is not published.
struct Backlog: Equatable, Sendable {
    /// Events that wait for their first or another attempt.
    let waiting: Int64
    /// How long the oldest of them has waited; 0 where there is none.
    let oldestSeconds: Double
    /// Events that were given up and not revived.
    let dead: Int64

    static let query: SQL = "select waiting, oldest_seconds, dead from outbox.backlog()"

    init(_ row: Row) throws(DatabaseError) {
        waiting = try row.decode("waiting")
        oldestSeconds = try row.decode("oldest_seconds")
        dead = try row.decode("dead")
    }

    /// The metrics of a run; an alarm on `Dead` above 0, or on `OldestSeconds` that stays high, wakes somebody up.
    func metrics(_ report: RelayReport) throws(EmbeddedMetrics.Refusal) -> EmbeddedMetrics {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork/Outbox")
        try metrics.metric("Published", Double(report.published))
        try metrics.metric("Waiting", Double(waiting))
        try metrics.metric("OldestSeconds", oldestSeconds, unit: .seconds)
        try metrics.metric("Dead", Double(dead))
        return metrics
    }
}
