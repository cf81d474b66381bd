import Codecs
import Ledger
import PostgresClient
import Testing

/// What the books say happened, checked against the model without a search: every wallet's seq orders its entries, so one
/// order of all transactions must agree with all of them.
struct History {
    struct Entry {
        let account: AccountReference
        let seq: Int64
        let amount: Int64
        let balance: Int64
        let createdAt: Timestamp
    }

    private var entries: [UUID: [Entry]] = [:]
    private var rejected: [UUID: Timestamp] = [:]

    /// Every status, by id.
    private(set) var answers: [UUID: ReferenceLedger.Answer] = [:]

    /// Reads the books; nothing may wait for a fold.
    init(_ connection: PostgresConnection) throws {
        let rows = try connection.query(
            """
            select e.transaction_id, a.reference, e.seq, e.amount, e.balance_after, e.created_at
              from ledger.entries e join ledger.accounts a using (account_id)
            """)
        for row in rows {
            let account = try #require(AccountReference(try row.decode("reference", as: String.self)))
            entries[try row.decode("transaction_id"), default: []].append(
                Entry(
                    account: account, seq: try row.decode("seq"), amount: try row.decode("amount"),
                    balance: try row.decode("balance_after"), createdAt: try row.decode("created_at")))
        }
        for row in try connection.query("select transaction_id, status, reason, created_at from ledger.transactions") {
            let id: UUID = try row.decode("transaction_id")
            if try row.decode("status", as: Int16.self) == 0 {
                answers[id] = .posted
            } else {
                answers[id] = .rejected(try #require(RejectionReason(rawValue: try row.decode("reason"))))
                rejected[id] = try row.decode("created_at", as: Timestamp.self)
            }
        }
    }

    /// What does not fit: legs that nobody asked for, a wallet's order that no order of all explains, a balance that the
    /// model does not have, a rejection for which there was never a reason.
    func defects(requests: [UUID: [Posting]]) -> [String] {
        legDefects(requests) + orderDefects() + rejectionDefects(requests)
    }

    private func legDefects(_ requests: [UUID: [Posting]]) -> [String] {
        entries.compactMap { id, entries in
            let legs = Set(entries.map { Leg($0.account, $0.amount) })
            let isAsked = (requests[id] ?? []).contains { Set($0.legs) == legs }
            return isAsked && legs.count == entries.count ? nil : "\(id) has legs that nobody asked for"
        }
    }

    /// Takes transactions all of whose wallets have come to their entry, until none is left.
    private func orderDefects() -> [String] {
        var model = ReferenceLedger()
        var defects: [String] = []
        var place: [AccountReference: [Int64: UUID]] = [:]
        var next: [AccountReference: Int64] = [:]
        var missing: [UUID: Int] = [:]
        for (id, all) in entries {
            let wallets = all.filter(\.isWallet)
            missing[id] = wallets.count
            for entry in wallets { place[entry.account, default: [:]][entry.seq] = id }
        }
        var ready = missing.filter { $0.value == 0 }.map(\.key)
        for account in place.keys { advance(account, &next, place, &missing, &ready) }
        var taken = 0
        while let id = ready.popLast() {
            taken += 1
            let wallets = (entries[id] ?? []).filter(\.isWallet)
            if !model.move(wallets.map { Leg($0.account, $0.amount) }) { defects.append("\(id) was not covered") }
            for entry in wallets {
                if model.balances[entry.account] != entry.balance {
                    defects.append(
                        "\(id): \(entry.account.text) had \(model.balances[entry.account] ?? 0), not \(entry.balance)")
                }
                advance(entry.account, &next, place, &missing, &ready)
            }
        }
        if taken != entries.count { defects.append("\(entries.count - taken) transactions have no order") }
        return defects
    }

    /// The account's next entry is at the front.
    private func advance(
        _ account: AccountReference, _ next: inout [AccountReference: Int64],
        _ place: [AccountReference: [Int64: UUID]],
        _ missing: inout [UUID: Int], _ ready: inout [UUID]
    ) {
        next[account, default: 0] += 1
        guard let seq = next[account], let id = place[account]?[seq], let count = missing[id] else { return }
        missing[id] = count - 1
        if count == 1 { ready.append(id) }
    }

    /// A wallet was poorer than the debit at some time before the rejection and after it had got its first NWT; what the
    /// platform's accounts could pay depends on rows and folds.
    private func rejectionDefects(_ requests: [UUID: [Posting]]) -> [String] {
        var balances: [AccountReference: [(at: Timestamp, balance: Int64)]] = [:]
        for entry in entries.values.joined() where entry.isWallet {
            balances[entry.account, default: []].append((entry.createdAt, entry.balance))
        }
        return rejected.compactMap { id, time in
            let isExplained = (requests[id] ?? []).contains { posting in
                posting.legs.contains { leg in
                    guard leg.amount < 0 else { return false }
                    guard case .wallet = leg.account else { return leg.account != .system(.treasury) }
                    // What is held counts as well, and is no entry.
                    if RandomLedger.holders.contains(leg.account) { return true }
                    let earlier = (balances[leg.account] ?? []).filter { $0.at <= time }
                    return earlier.isEmpty || earlier.contains { $0.balance + leg.amount < 0 }
                }
            }
            return isExplained ? nil : "\(id) was rejected and could have been paid at any time"
        }
    }
}

extension History.Entry {
    /// Wallets have one row, and their entries are never late.
    var isWallet: Bool {
        if case .wallet = account { return true }
        return false
    }
}
