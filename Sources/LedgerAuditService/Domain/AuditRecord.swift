internal import Codecs
internal import StrictJSON

/// What is stored of a run between its pieces: its progress, what it counted and what it found.
///
/// Written in the transaction that writes a piece's checkpoints, so nothing is verified twice and nothing left out.
extension AuditResult {
    var record: JSONWriter {
        JSONWriter.object(reserving: 4096) { json in
            progress.write(&json)
            json.member("accounts", accounts)
            json.member("entries", entries)
            json.member("transactions", transactions)
            json.member("slices", slices)
            json.member("sealedMonths", sealedMonths)
            json.member("flags") { object in
                for (kind, count) in flags { object.member(kind, count) }
            }
            json.member("deferredCount", deferredCount)
            json.member("deferredTotal", deferredTotal)
            json.array("totals") { list in
                for (name, amount) in totals.amounts { list.element([name, amount]) }
            }
            json.member("counts") { object in
                for (code, count) in findings.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    object.member(code.rawValue, count)
                }
            }
            json.array("examples") { list in
                for finding in findings.examples { list.object { finding.write(&$0) } }
            }
        }
    }

    /// Takes up what an earlier invocation stored.
    mutating func restore(_ json: JSONValue) throws(JSONError) {
        progress = try AuditProgress(json)
        accounts = try json.member("accounts").integer()
        entries = try json.member("entries").integer()
        transactions = try json.member("transactions").integer()
        slices = try json.member("slices").integer()
        sealedMonths = try json.member("sealedMonths").integer()
        flags = []
        for (kind, count) in try json.member("flags").members { flags.append((kind, try count.integer())) }
        deferredCount = try json.member("deferredCount").integer()
        deferredTotal = try json.member("deferredTotal").string()
        totals = AuditTotals()
        for total in try json.member("totals").elements {
            var parts: [String] = []
            for part in try total.elements { parts.append(try part.string()) }
            guard parts.count == 2 else { throw total.error(.range) }
            totals.amounts.append((parts[0], parts[1]))
        }
        try restoreFindings(json)
    }

    private mutating func restoreFindings(_ json: JSONValue) throws(JSONError) {
        findings = FindingList()
        var examples: [FindingCode: [Finding]] = [:]
        for example in try json.member("examples").elements {
            let finding = try Finding(example)
            examples[finding.code, default: []].append(finding)
        }
        for (name, count) in try json.member("counts").members {
            guard let code = FindingCode(rawValue: name) else { throw count.error(.range) }
            findings.append(examples[code] ?? [], of: code, count: try count.integer())
        }
    }
}

extension Finding {
    fileprivate func write(_ json: inout JSONObjectWriter) {
        json.member("code", code.rawValue)
        json.member("accounts", accounts)
        json.optional("transaction", transaction.map(\.description))
        json.member("detail", detail)
    }

    fileprivate init(_ json: JSONValue) throws(JSONError) {
        guard let code = FindingCode(rawValue: try json.member("code").string()) else { throw json.error(.range) }
        var accounts: [Int64] = []
        for account in try json.member("accounts").elements { accounts.append(try account.integer()) }
        let transaction = try json.optional("transaction")?.string()
        self.init(
            code, accounts: accounts, transaction: transaction.flatMap { UUID($0) },
            try json.member("detail").string())
    }
}
