import Codecs
import LedgerAuditService
import LocalPlatform
import PostgresClient
import TestSupport
import Testing

@Suite("invoke-local ledger report and mode")
struct EvidenceReportTests {
    @Test("Reports what was posted")
    func numbers() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            try connection.post(50, ["treasury": -1_000, "wallet:<b>&\"x\"": 1_000])
            try connection.evidence(database)
            let report = try LedgerReport(try LocalDatabase(url: database.url()))
            // 100 + 20 + 7 + 1000 were given out, 5 went to revenue, 2 to fees.
            #expect(report.trial.map(\.name) == ["treasury", "revenue", "fees", "suspense", "wallets"])
            #expect(report.trial.map(\.balance) == [-1_127, 5, 2, 0, 1_120])
            #expect(report.net == 0 && report.supply.count == 60 && report.supply.last?.amount == 1_127)
            #expect(report.supply.first?.amount == 0 && report.rewards.count == 30)
            #expect(report.top.map(\.balance) == [1_000, 90, 30])
            #expect(report.kinds.map(\.name) == ["TIP"])
            #expect(report.kinds.first?.count == 6 && report.kinds.first?.volume == 1_142)
            #expect(report.proof.audit == "clean" && report.proof.root == 1 && !report.proof.isAnchored)
            #expect(report.text.contains("The books balance.") && report.text.contains("1,127"))
        }
    }

    @Test("The page needs nothing but itself, and names of accounts are text")
    func page() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.post(50, ["treasury": -1_000, "wallet:<b>&\"x\"": 1_000])
            let page = try LedgerReport(try LocalDatabase(url: database.url())).page
            for forbidden in ["<script", "http:", "https:", "url(http", "@import", "<img", "<b>", "<link"] {
                #expect(!page.contains(forbidden), "\(forbidden)")
            }
            #expect(page.contains("wallet:&lt;b&gt;&amp;&quot;x&quot;"))
            #expect(page.contains("prefers-color-scheme: dark") && page.contains("<svg"))
        }
    }

    @Test("Books that do not balance are called so")
    func unbalanced() throws {
        try withDatabase { database in
            let connection = try database.connect()
            try connection.keepBooks(from: 1)
            try connection.tamper("update ledger.balances set balance = balance + 1 where account_id = 1")
            let report = try LedgerReport(try LocalDatabase(url: database.url()))
            #expect(report.net == 1 && report.text.contains("DO NOT BALANCE: off by 1"))
            #expect(report.page.contains("off by 1"))
        }
    }

    @Test("A system account gets its mode, a wallet none but its own")
    func mode() throws {
        try withDatabase { database in
            let local = try LocalDatabase(url: database.url())
            let connection = try database.connect()
            for (text, mode, stripes) in [("lazy", 2, 1), ("striped:4", 1, 4), ("strict", 0, 1)]
                as [(String, Int16, Int16)]
            {
                try #require(AccountModeChange(account: "treasury", mode: text)).apply(local)
                let row = try connection.query(
                    "select mode, stripes from ledger.accounts where reference = 'treasury'"
                ).only()
                #expect(try row.decode("mode") == mode && row.decode("stripes") == stripes)
            }
            try connection.keepBooks(from: 1)
            for account in ["wallet:poor", "nobody"] {
                let change = try #require(AccountModeChange(account: account, mode: "lazy"))
                #expect(throws: LocalError.self) { try change.apply(local) }
            }
            for text in ["", "striped", "striped:1", "striped:65", "striped:-2", "lazy:2", "Strict"] {
                #expect(AccountModeChange(account: "treasury", mode: text) == nil, "\(text)")
            }
        }
    }
}
