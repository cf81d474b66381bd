import Codecs
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import WalletService

@Suite("Statements")
struct StatementTests {
    private typealias Harness = WalletHarness

    private struct Line: Equatable {
        let seq: Int64
        let amount: Int64
        let balance: Int64
    }

    /// All pages, one after the other.
    private func pages(_ wallet: WalletHarness, _ query: String, between: () throws -> Void = {}) throws -> [Line] {
        var lines: [Line] = []
        var cursor = ""
        for _ in 0..<200 {
            let body = try wallet.get("/wallet/statement", query: query + cursor).json()
            for entry in try body.member("entries").elements {
                lines.append(
                    Line(
                        seq: try entry.member("seq").integer(), amount: try entry.member("amount").integer(),
                        balance: try entry.member("balance").integer()))
            }
            guard let next = try body.optional("nextCursor")?.string() else { return lines }
            cursor = "&cursor=" + next
            try between()
        }
        throw HarnessFailure("the pages never ended")
    }

    /// What the books say, newest first, up to an entry.
    private func expected(_ wallet: WalletHarness, upTo seq: Int64) throws -> [Line] {
        try wallet.database.connect().query(
            """
            select e.seq, e.amount, e.balance_after from ledger.entries e
            join ledger.accounts a on a.account_id = e.account_id
            where a.reference = \("wallet:\(Harness.ada)") and e.seq <= \(seq) order by e.seq desc
            """
        ).map {
            Line(seq: try $0.decode("seq"), amount: try $0.decode("amount"), balance: try $0.decode("balance_after"))
        }
    }

    @Test("pages, put together, are the whole statement, while postings go on", arguments: [1, 3, 7])
    func pages(limit: Int) throws {
        try WalletHarness.withPeople { wallet in
            for number in 0..<20 {
                _ = try wallet.post("/wallet/transfers", Body.tip(1, to: Harness.grace), "t\(number)")
            }
            let lines = try pages(wallet, "limit=\(limit)") { try wallet.grant(2, to: Harness.ada) }
            #expect(try lines == expected(wallet, upTo: 21))
            #expect(lines.map(\.seq) == Array((1...21).reversed()))
        }
    }

    @Test("a period has the balances at its ends, and the lines between are the difference")
    func period() throws {
        try WalletHarness.withPeople { wallet in
            for number in 0..<5 {
                _ = try wallet.post("/wallet/transfers", Body.tip(2, to: Harness.grace), "t\(number)")
            }
            let times = try wallet.database.connect().query(
                """
                select floor(extract(epoch from e.created_at) * 1000)::bigint as at, e.seq, e.balance_after
                from ledger.entries e join ledger.accounts a on a.account_id = e.account_id
                where a.reference = \("wallet:\(Harness.ada)") order by e.seq
                """
            ).map {
                (
                    at: try $0.decode("at", as: Int64.self), seq: try $0.decode("seq", as: Int64.self),
                    balance: try $0.decode("balance_after", as: Int64.self)
                )
            }
            for start in times {
                for end in times where end.at >= start.at {
                    let query =
                        "from=\(RFC3339.format(Timestamp(millisecondsSince1970: start.at)))"
                        + "&to=\(RFC3339.format(Timestamp(millisecondsSince1970: end.at)))"
                    let body = try wallet.get("/wallet/statement", query: query).json()
                    // The query has milliseconds; entries have microseconds.
                    let inside = times.filter { $0.at >= start.at && $0.at < end.at }
                    let before = times.last { $0.at < start.at }?.balance ?? 0
                    let opening = try body.member("openingBalance").integer()
                    let closing = try body.member("closingBalance").integer()
                    let amounts = try body.member("entries").elements.map { try $0.member("amount").integer() }
                    #expect(opening == before)
                    #expect(amounts.count == inside.count)
                    #expect(opening + amounts.reduce(0, +) == closing)
                }
            }
            let all = try wallet.get("/wallet/statement").json()
            #expect(try all.member("openingBalance").integer() == 0)
            #expect(try all.member("closingBalance").integer() == 90)
            let past = try wallet.get("/wallet/statement", query: "to=2001-01-01").json()
            #expect(
                try past.member("closingBalance").integer() == 0 && past.member("entries").elements.map { $0 }.isEmpty)
        }
    }

    @Test("the table says the same as JSON; what is beside its lines stands in fields")
    func table() throws {
        try WalletHarness.withPeople { wallet in
            for number in 0..<3 {
                _ = try wallet.post("/wallet/transfers", Body.tip(2, to: Harness.grace), "t\(number)")
            }
            let table = WalletHarness.Request(user: Harness.ada, query: "limit=2", accept: "text/csv")
            let answer = try wallet.call("GET", "/wallet/statement", nil, table)
            let json = try wallet.get("/wallet/statement", query: "limit=2").json()
            let rows = String(decoding: answer.body, as: UTF8.self).split(separator: "\r\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            #expect(rows.count == 3 && rows[0] == StatementCSV.header)
            for (row, entry) in zip(rows.dropFirst(), try json.member("entries").elements.map { $0 }) {
                let names = ["seq", "createdAt", "transactionId", "type", "amount", "balance"]
                let cells = try names.map { name in
                    let value = try entry.member(name)
                    return value.kind == .string ? try value.string() : "\(try value.integer())"
                }
                #expect(row == cells + [""])
            }
            #expect(answer.headers["x-nw-opening-balance"] == "0")
            #expect(answer.headers["x-nw-closing-balance"] == "94")
            #expect(try answer.headers["x-nw-next-cursor"] == json.member("nextCursor").string())
        }
    }

    @Test("somebody who never had anything has an empty statement")
    func empty() throws {
        try WalletHarness.withPeople { wallet in
            let body = try wallet.get("/wallet/statement", as: Harness.grace).json()
            #expect(try body.member("closingBalance").integer() == 0)
            #expect(try body.member("entries").elements.map { $0 }.isEmpty)
            #expect(try wallet.get("/wallet", as: Harness.grace).integer("available") == 0)
        }
    }

    @Test("a query that cannot be meant is refused")
    func refusals() throws {
        try WalletHarness.withPeople { (wallet) throws in
            let queries = [
                "limit=0", "limit=201", "cursor=AAAA", "from=yesterday", "to=2026-13-01",
                "from=2026-11-21&to=2026-11-19",
                "from=2026-11-01&from=2026-11-02", "limit=%zz", "cursor=AQAAAAAAAAAA",
            ]
            for query in queries {
                #expect(try wallet.get("/wallet/statement", query: query).status == 400, "\(query)")
            }
        }
    }
}
