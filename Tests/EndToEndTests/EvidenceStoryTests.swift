import PostgresClient
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("The evidence, from the night to who doubts it")
struct EvidenceStoryTests {
    @Test("an audit anchors its root; ledger verify holds the books against it, and names what was tampered with")
    func story() throws {
        try withDatabase { database in
            let tool = try InvokeLocal(database)
            _ = try tool.json("loyalty", "events/comic-read.json")
            let audit = try tool.json("ledger-audit", "events/nightly-audit.json")
            #expect(audit.response?["evidence"]?["unanchored"]?.scalarText == "0")
            // The function put it over S3's protocol, signed, into the bucket that the template locks.
            let locked = "\(tool.folder)/.nerdwork/locked"
            let bucket = try #require(Files.names(in: locked).first)
            let day = try #require(Files.names(in: "\(locked)/\(bucket)/anchors").first)
            let anchor = "\(locked)/\(bucket)/anchors/\(day)/1.json"
            let record = try Files.read(anchor)
            func verify() throws -> (status: Int32, output: String) {
                try tool.run("ledger", "verify", "--anchors", "\(locked)/\(bucket)")
            }
            let sound = try verify()
            #expect(sound.status == 0, "\(sound.output)")

            let superuser = try database.connect()
            for (table, change, undone) in [
                // What the reader has, and what the night has written down of all readers.
                ("balances", "balance = balance + 5", "balance = balance - 5"),
                ("evidence_leaves", "balance = balance + 5", "balance = balance - 5"),
            ] {
                try superuser.executeScript("update ledger.\(table) set \(change)")
                let tampered = try verify()
                #expect(tampered.status == 1, "\(tampered.output)")
                try superuser.executeScript("update ledger.\(table) set \(undone)")
                #expect(try verify().status == 0, "\(table)")
            }

            // What is cut short outside of the database shows too.
            try Files.replace(anchor, with: Array(record.dropLast(40)))
            let cut = try verify()
            #expect(cut.status == 1 && cut.output.contains("is no anchor"), "\(cut.output)")
        }
    }
}
