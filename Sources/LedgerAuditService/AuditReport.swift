internal import Codecs
internal import StrictJSON

/// An audit's result as JSON: for `ledger.audits`, for the event, and as the function's answer.
struct AuditReport {
    let result: AuditResult

    /// Limits of an event's examples: EventBridge takes 256 KB for an event, and a mail shall stay readable.
    static let announcedExamples = 20
    static let announcedAccounts = 8
    static let announcedBytes = 300

    /// Everything, with examples of each kind of finding.
    var json: JSONWriter {
        JSONWriter.object(reserving: 4096) {
            summary(&$0)
            $0.array("examples") { list in
                for finding in result.findings.examples { list.object { Self.write(finding, &$0) } }
            }
        }
    }

    /// The detail of `LedgerAuditCompleted` and `LedgerAuditFailed`: counts, totals and some examples.
    var detail: JSONWriter {
        JSONWriter.object(reserving: 4096) {
            summary(&$0)
            let examples = result.findings.examples(atMost: Self.announcedExamples)
            guard !examples.isEmpty else { return }
            $0.array("examples") { list in
                for finding in examples { list.object { Self.write(Self.shortened(finding), &$0) } }
            }
        }
    }

    /// The event that tells about the result: whatever is not clean is news for operators.
    var detailType: String {
        result.state == .clean ? "LedgerAuditCompleted" : "LedgerAuditFailed"
    }

    private func summary(_ json: inout JSONObjectWriter) {
        json.member("version", 1)
        json.member("mode", result.mode.rawValue)
        json.member("state", result.state.rawValue)
        json.optional("run", result.run)
        json.member("durationMilliseconds", result.durationMilliseconds)
        json.member("counts") {
            $0.member("accounts", result.accounts)
            $0.member("entries", result.entries)
            $0.member("transactions", result.transactions)
            $0.member("findings", result.findings.total)
        }
        json.member("findings") { object in
            for (code, count) in result.findings.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                object.member(code.rawValue, count)
            }
        }
        json.array("unfinished") { list in
            for (check, reason) in result.unfinished {
                list.object {
                    $0.member("check", check)
                    $0.member("reason", reason)
                }
            }
        }
        // As text: a sum of balances may exceed what a JSON number holds exactly.
        json.member("totals") { object in
            for (name, amount) in result.totals.amounts { object.member(name, amount) }
        }
        json.member("months") {
            $0.member("slicesVerified", result.slices)
            $0.member("sealed", result.sealedMonths)
        }
        json.member("flags") { object in
            for (kind, count) in result.flags { object.member(kind, count) }
        }
        json.member("deferred") {
            $0.member("count", result.deferredCount)
            $0.member("amount", result.deferredTotal)
        }
        if let evidence = result.evidence { json.member("evidence") { evidence.write(&$0) } }
        if let digest = result.digest { json.member("digest") { digest.write(&$0) } }
    }

    private static func shortened(_ finding: Finding) -> Finding {
        var detail = ""
        // An ellipsis takes three bytes, a scalar at most four.
        for scalar in finding.detail.unicodeScalars {
            guard detail.utf8.count <= announcedBytes - 7 else {
                detail += "…"
                break
            }
            detail.unicodeScalars.append(scalar)
        }
        return Finding(
            finding.code, accounts: Array(finding.accounts.prefix(announcedAccounts)),
            transaction: finding.transaction, detail)
    }

    private static func write(_ finding: Finding, _ json: inout JSONObjectWriter) {
        json.member("code", finding.code.rawValue)
        // As text, since the highest account ids are beyond the integers that every JSON reader keeps exactly.
        if !finding.accounts.isEmpty { json.member("accounts", finding.accounts.map { "\($0)" }) }
        json.optional("transaction", finding.transaction.map(\.description))
        json.member("detail", finding.detail)
    }
}
