import LambdaRuntime

/// What one invocation did with mail; the metrics of namespace `Nerdwork/Mail`.
struct MailCounts: Sendable {
    var sent = 0
    var suppressed = 0
    var failed = 0
    var expired = 0
    /// Neither sent nor given up: another attempt will be made.
    var postponed = 0

    /// Counts a message by the state that it is in now.
    mutating func count(_ state: MessageState) {
        switch state {
        case .sent, .delivered: sent += 1
        case .suppressed: suppressed += 1
        case .failed: failed += 1
        case .expired: expired += 1
        case .queued, .sending: postponed += 1
        case .bounced, .complained: break
        }
    }

    /// The line for CloudWatch.
    ///
    /// - Parameter backlog: what is left; nil where nobody looked.
    func metrics(_ backlog: Backlog?) throws(EmbeddedMetrics.Refusal) -> EmbeddedMetrics {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork/Mail")
        try metrics.metric("Sent", Double(sent))
        try metrics.metric("Suppressed", Double(suppressed))
        try metrics.metric("Failed", Double(failed))
        try metrics.metric("Expired", Double(expired))
        if let backlog {
            try metrics.metric("Waiting", Double(backlog.waiting))
            try metrics.metric("OldestSeconds", backlog.oldestSeconds, unit: .seconds)
            try metrics.metric("Paused", backlog.isPaused ? 1 : 0)
        }
        return metrics
    }
}
