import Codecs
import Ledger
import LocalPlatform
import LocalServe
import PostgresClient
import TestSupport
import Testing

@testable internal import LocalRuntimeAPI

@Suite("The books in the console")
struct ConsoleLedgerTests {
    private static let ada = UUID(high: 1, low: 1)

    /// Three rewards for Ada, of which she gives 4 to somebody without a profile.
    private static func fill(_ connection: PostgresConnection) throws {
        let now = Timestamp(millisecondsSince1970: 1_795_241_700_000)
        _ = try connection.query(
            """
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, display_name, created_at, updated_at)
            values (\(ada), 'ada@example.com', 'ada@example.com', \(now), '<b>Ada</b>', \(now), \(now))
            """)
        let wallet = try #require(AccountReference("wallet:\(ada)"))
        let other = try #require(AccountReference("wallet:grace"))
        let treasury = try #require(AccountReference("treasury"))
        for number: UInt64 in 1...3 {
            let posting = try Posting(
                id: UUID(high: 9, low: number), type: .reward, amount: 5, from: treasury, to: wallet)
            _ = try connection.query(LedgerStatement.post(posting))
        }
        let tip = try Posting(id: UUID(high: 9, low: 9), type: .tip, amount: 4, from: wallet, to: other)
        _ = try connection.query(LedgerStatement.post(tip))
    }

    @Test("Accounts, what is in circulation, and a statement whose balances lead to the present one")
    func books() throws {
        try withDatabase { database in
            try Self.fill(try database.connect())
            let fixture = try ConsoleFixture(database: try database.configuration())
            let books = try fixture.get("/_local/api/ledger")
            #expect(books["total"]?.scalarText == "0" && books["circulation"]?.scalarText == "15")
            #expect(books["transactions"]?.scalarText == "4" && books["audit"] == nil)
            let accounts = books["accounts"]?.elements ?? []
            let treasury = try #require(accounts.first { $0["reference"]?.text == "treasury" })
            #expect(treasury["balance"]?.scalarText == "-15" && treasury["isSystem"] == .bool(true))
            let found = try fixture.get("/_local/api/ledger?search=b%3Ead")["accounts"]?.elements ?? []
            #expect(found.map { $0["name"]?.text } == ["<b>Ada</b>"] && found.first?["balance"]?.scalarText == "11")
            #expect(try fixture.get("/_local/api/ledger?search=100%25")["accounts"]?.elements.isEmpty == true)

            let statement = try fixture.get("/_local/api/ledger/statement?account=wallet:\(Self.ada)")
            let entries = statement["entries"]?.elements ?? []
            #expect(statement["balance"]?.scalarText == "11" && statement["more"] == .bool(false))
            #expect(entries.compactMap { $0["amount"]?.scalarText } == ["-4", "5", "5", "5"])
            #expect(entries.compactMap { $0["balance"]?.scalarText } == ["11", "15", "10", "5"])
            #expect(entries.compactMap { $0["others"]?.text } == ["wallet:grace", "treasury", "treasury", "treasury"])
            #expect(entries.first?["type"]?.text == "TIP")
            let others = try fixture.get("/_local/api/ledger/statement?account=wallet:grace")["entries"]?.elements ?? []
            #expect(others.map { $0["others"]?.text } == ["<b>Ada</b>"])
            let readers = try fixture.get("/_local/api/readers")["readers"]?.elements ?? []
            #expect(readers.map { $0["id"]?.text } == ["\(Self.ada)"])
        }
    }

    @Test("Legs that wait to be folded count, so that the books look balanced when they are")
    func deferred() throws {
        try withDatabase { database in
            let connection = try database.connect()
            _ = try connection.query("select ledger.set_mode('treasury', 2::smallint)")
            try Self.fill(connection)
            let waiting = try connection.query("select count(*) as n from ledger.deferred_entries").only()
            try #require(waiting.decode("n", as: Int64.self) == 3)
            let fixture = try ConsoleFixture(database: try database.configuration())
            let books = try fixture.get("/_local/api/ledger")
            #expect(books["total"]?.scalarText == "0" && books["circulation"]?.scalarText == "15")
            let entries = try fixture.get("/_local/api/ledger/statement?account=treasury")["entries"]?.elements ?? []
            #expect(entries.compactMap { $0["balance"]?.scalarText } == ["-15", "-10", "-5"])
        }
    }

    @Test("What is not there, and what is no account")
    func missing() throws {
        try withDatabase { database in
            let fixture = try ConsoleFixture(database: try database.configuration())
            for (query, status) in [
                ("account=nobody", 404), ("", 400), ("account=", 400), ("account=%27%20or%201%3D1%20--", 404),
                ("account=" + String(repeating: "a", count: 201), 400),
            ] {
                #expect(fixture.send("GET", "/_local/api/ledger/statement?\(query)").status == status, "\(query)")
            }
            let long = String(repeating: "a", count: 201)
            #expect(fixture.send("GET", "/_local/api/ledger?search=\(long)").status == 400)
        }
    }

    @Test("A database that does not answer is a sentence, without its password")
    func unreachable() throws {
        let configuration = try ConnectionConfiguration(
            hosts: ["/nowhere"], database: "x", user: "x", password: "very-secret")
        let answer = try ConsoleFixture(database: configuration).send("GET", "/_local/api/ledger")
        #expect(answer.status == 503 && !answer.text.contains("very-secret"))
    }
}
