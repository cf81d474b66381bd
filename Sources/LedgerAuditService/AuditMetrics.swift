internal import LambdaRuntime

/// The metrics of an audit; an alarm on `Findings` or `Incomplete` above 0 wakes somebody up.
enum AuditMetrics {
    static func lines(of result: AuditResult) throws(EmbeddedMetrics.Refusal) -> EmbeddedMetrics {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork/Ledger")
        try metrics.dimension("Mode", result.mode.rawValue)
        try metrics.metric("Findings", Double(result.findings.total))
        try metrics.metric("Incomplete", result.state == .incomplete ? 1 : 0)
        try metrics.metric("NetBalance", net(of: result.totals))
        try metrics.metric("EntriesVerified", Double(result.entries))
        try metrics.metric("TransactionsVerified", Double(result.transactions))
        try metrics.metric("Duration", Double(result.durationMilliseconds), unit: .milliseconds)
        if let evidence = result.evidence { try metrics.metric("UnanchoredRoots", Double(evidence.unanchored)) }
        return metrics
    }

    static func lines(of folding: Folding) throws(EmbeddedMetrics.Refusal) -> EmbeddedMetrics {
        var metrics = EmbeddedMetrics(namespace: "Nerdwork/Ledger")
        try metrics.metric("Folded", Double(folding.folded))
        try metrics.metric("HoldsExpired", Double(folding.expired))
        try metrics.metric("FoldUnfinished", folding.isFinished ? 0 : 1)
        return metrics
    }

    /// The sum of all balances; 0 when the books balance.
    private static func net(of totals: AuditTotals) -> Double {
        Double(totals.amounts.reduce(Int128(0)) { $0 + (Int128($1.amount) ?? 0) })
    }
}
