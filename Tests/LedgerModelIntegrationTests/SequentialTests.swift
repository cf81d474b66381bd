import Codecs
import Ledger
import PostgresClient
import TestSupport
import Testing

/// Invariants 1 to 12, 16 to 18 and 24 of docs/decisions/0005-ledger-at-scale.md, one request after the other:
/// each answer is compared with the model's.
@Suite("The ledger and its model, one request after the other")
struct SequentialTests {
    @Test("answer the same to random postings, batches, repetitions, conflicts, reversals, folds and switches of modes")
    func same() throws {
        try withDatabase { database in
            let connection = try database.connect()
            var requests = RandomLedger(stream: 1)
            var model = ReferenceLedger()
            for step in 0..<(900 * ModelSize.factor) {
                let comment = "step \(step), seed \(requests.random.seed)"
                switch Int.random(in: 0..<30, using: &requests.random) {
                case 0:
                    // The treasury has no minimum, so that its rows need not be searched.
                    let mode = [AccountMode.strict, .lazy, .striped(3)].randomElement(using: &requests.random) ?? .lazy
                    try connection.setMode(.treasury, mode)
                case 1:
                    let account = [SystemAccount.fees, .revenue].randomElement(using: &requests.random) ?? .fees
                    try connection.setMode(account, Bool.random(using: &requests.random) ? .lazy : .strict)
                case 2:
                    for account in SystemAccount.allCases { try connection.fold(account, limit: 20) }
                case 7...10: try hold(connection, &requests, &model, comment)
                case 3...6: try batch(connection, &requests, &model, comment)
                default:
                    let posting = try requests.posting()
                    let (answer, balances) = try connection.answer(posting)
                    try #require(answer == model.post(posting), "\(comment)")
                    check(balances, of: posting, model, comment)
                }
                if step % 100 == 99 { try compare(connection, model, comment) }
            }
            try compare(connection, model, "seed \(requests.random.seed)")
            #expect(try LedgerInvariants.broken(connection) == [])
            try balancesOfAnyTime(connection)
        }
    }

    /// A batch must not hold what ends it as a whole, so conflicts and reversals are left to single calls.
    private func batch(
        _ connection: PostgresConnection, _ requests: inout RandomLedger, _ model: inout ReferenceLedger,
        _ comment: String
    ) throws {
        var batch: [Posting] = []
        for _ in 0..<Int.random(in: 1...10, using: &requests.random) {
            batch.append(try requests.new())
            if let twice = batch.randomElement(using: &requests.random),
                Int.random(in: 0..<5, using: &requests.random) == 0
            {
                batch.append(twice)
            }
        }
        let answers = try connection.answers(batch).map(\.0)
        let expected = batch.map { model.post($0) }
        try #require(answers == expected, "\(comment)")
    }

    /// 8: opens, captures (also more than is held, or again) and releases.
    private func hold(
        _ connection: PostgresConnection, _ requests: inout RandomLedger, _ model: inout ReferenceLedger,
        _ comment: String
    ) throws {
        let known = model.holds.values.sorted { $0.id.description < $1.id.description }
        let hold = requests.hold(known)
        let (answer, expected): (Int16?, Int16?)
        switch Int.random(in: 0..<4, using: &requests.random) {
        case 0:
            answer = try connection.query(hold.release).only().decodeIfPresent("outcome")
            expected = model.release(hold.id)
        case 1:
            let amount = Int64.random(in: 1...(hold.amount + 3), using: &requests.random)
            let transaction = requests.identifier()
            answer = try connection.query(hold.capture(transaction, amount)).only().decodeIfPresent("outcome")
            expected = try model.capture(hold.id, transaction, amount)
        default:
            answer = try connection.query(hold.open).only().decodeIfPresent("status")
            expected = model.open(hold)
        }
        try #require(answer == expected, "\(comment)")
    }

    /// Wallets are strict: what an answer to a new posting says about them is exact.
    private func check(_ balances: [Int64?], of posting: Posting, _ model: ReferenceLedger, _ comment: String) {
        for (leg, balance) in zip(posting.legs, balances) {
            guard case .wallet = leg.account else { continue }
            #expect(balance != nil, "\(comment)")
        }
    }

    private func compare(_ connection: PostgresConnection, _ model: ReferenceLedger, _ comment: String) throws {
        for account in RandomLedger.wallets + RandomLedger.systems {
            #expect(
                try connection.balance(account) == model.balances[account, default: 0], "\(account.text), \(comment)")
        }
    }

    /// 18: the balance at a time is that of the newest entry until then.
    private func balancesOfAnyTime(_ connection: PostgresConnection) throws {
        let wrong = try connection.query(
            """
            select count(*) as number
              from (select created_at as moment from ledger.entries order by random() limit 50) t
              cross join (select distinct account_id, stripe from ledger.entries) a
              left join lateral (
                select e.balance_after from ledger.entries e
                 where e.account_id = a.account_id and e.stripe = a.stripe and e.created_at <= t.moment
                 order by e.seq desc limit 1) newest on true
              left join lateral (
                select sum(e.amount) as total from ledger.entries e
                 where e.account_id = a.account_id and e.stripe = a.stripe and e.created_at <= t.moment) replay on true
             where newest.balance_after is distinct from replay.total
            """
        ).only().decode("number", as: Int64.self)
        #expect(wrong == 0)
    }
}
