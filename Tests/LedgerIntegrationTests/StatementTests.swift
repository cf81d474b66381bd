import Ledger
import PostgresClient
import TestSupport
import Testing

@Suite("An account's statement")
struct StatementTests {
    @Test("is complete page by page, newest first, while new entries arrive")
    func pages() throws {
        try withDatabase { database in
            let connection = try database.connect()
            let wallet = try #require(AccountReference("wallet:a"))
            for number in 1...25 as ClosedRange<UInt64> {
                try connection.post(number, ["treasury": -Int64(number), "wallet:a": Int64(number)])
            }
            var lines: [StatementLine] = []
            while true {
                let page = try connection.query(StatementLine.select(wallet, before: lines.last?.seq, limit: 10))
                guard !page.isEmpty else { break }
                for row in page { lines.append(try StatementLine(row)) }
                try connection.post(100 + UInt64(lines.count), ["treasury": -1, "wallet:a": 1])
            }
            let newestFirst: [Int64] = (1...25).reversed()
            let sums: [Int64] = newestFirst.map { $0 * ($0 + 1) / 2 }
            #expect(lines.map(\.seq) == newestFirst)
            #expect(lines.map(\.amount) == newestFirst)
            #expect(lines.map(\.balanceAfter) == sums)
            #expect(lines.last?.transactionID == transaction(1))
        }
    }

    @Test("of an account that was never opened is empty")
    func unknown() throws {
        try withDatabase { database in
            let connection = try database.connect(as: "nerdwork_reader")
            let wallet = try #require(AccountReference("wallet:nobody"))
            #expect(try connection.query(StatementLine.select(wallet)).isEmpty)
            #expect(try connection.query(AccountBalance.select(wallet)).isEmpty)
        }
    }
}
