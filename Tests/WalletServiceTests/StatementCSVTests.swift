import Codecs
import Foundation
import Ledger
import StrictJSON
import Testing

@testable import WalletService

@Suite("A statement as a table")
struct StatementCSVTests {
    /// Python's csv module, as strict as it can be where the comma divides cells: its rows as JSON.
    private static let reader = """
        import csv, io, json, sys
        text = sys.stdin.buffer.read().decode('ascii')
        print(json.dumps(list(csv.reader(io.StringIO(text, newline=''), delimiter=sys.argv[1], strict=sys.argv[1] == ','))))
        """

    private func rows(_ table: [UInt8], delimiter: String = ",") throws -> [[String]] {
        let python = Process()
        let (input, output) = (Pipe(), Pipe())
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = ["python3", "-c", Self.reader, delimiter]
        python.standardInput = input
        python.standardOutput = output
        try python.run()
        try input.fileHandleForWriting.write(contentsOf: Data(table))
        try input.fileHandleForWriting.close()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        try #require(python.terminationStatus == 0, "python3 is needed; scripts/setup installs it")
        return try JSONDocument(parsing: Array(bytes)).root.elements.map { try $0.elements.map { try $0.string() } }
    }

    private func line(_ seq: Int64, _ amount: Int64, _ balance: Int64, comic: String? = nil) -> WalletStatement.Line {
        WalletStatement.Line(
            seq: seq, transactionID: UUID(high: 0x8000, low: UInt64(seq)), type: amount < 0 ? .purchase : .reward,
            amount: amount, balance: balance, createdAt: Timestamp(millisecondsSince1970: 1_795_262_400_042),
            comic: comic)
    }

    @Test("another reader finds the same cells, whatever the comic is called")
    func secondReader() throws {
        let comics = [
            nil, "nausicaa", "a,b", #"a"b"#, #"""#, #"",""#, "=1+1", "+1", "-1", "@SUM(A1)", "'quoted", ",", "a;b",
            #"=HYPERLINK("http://x","y")"#, String(repeating: #"",="#, count: 32),
        ]
        let lines = comics.enumerated().map {
            line(Int64($0.offset + 1), -5, .max - Int64($0.offset), comic: $0.element)
        }
        let found = try rows(StatementCSV.text(lines))
        let wanted = zip(lines, comics).map { line, comic in
            [
                "\(line.seq)", "2026-11-21T12:00:00.042Z", line.transactionID.description, "PURCHASE", "-5",
                "\(line.balance)", StatementCSV.defused(comic ?? ""),
            ]
        }
        #expect(found == [StatementCSV.header] + wanted)
    }

    @Test("a table without lines has its header")
    func empty() throws {
        #expect(try rows(StatementCSV.text([])) == [StatementCSV.header])
    }

    @Test(
        "no cell that somebody else chose begins like a formula",
        arguments: ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "'=1"])
    func defused(text: String) {
        #expect(StatementCSV.defused(text) == "'" + text)
    }

    /// Where the list separator is a semicolon, as it is in most of Europe, a spreadsheet opens our table as its own.
    @Test("no cell begins like a formula where a semicolon divides cells, and no text is lost by that")
    func semicolons() throws {
        let comics = [
            "a;=1+1", "a;+1", "a;-1", "a;@x", "a;'=1", "a;;=1", ";=1", "=1;=1", #"a;"=1"#,
            #"x;=HYPERLINK("http://x","y")"#, "a;b", ";", "",
        ]
        for comic in comics {
            let cells = try rows(StatementCSV.text([line(1, 5, 5, comic: comic)]), delimiter: ";").last ?? []
            for cell in cells {
                let start = cell.drop { $0 == "\"" }.first
                #expect(start.map { !"=+-@".contains($0) } ?? true, "\(comic)")
            }
            let parts = StatementCSV.defused(comic).split(separator: ";", omittingEmptySubsequences: false)
            let restored = parts.map { $0.hasPrefix("'") ? $0.dropFirst() : $0 }.joined(separator: ";")
            #expect(restored == comic)
        }
    }

    @Test("other texts stay as they are", arguments: ["", "a", "1=2", "a=b", "#", "_", "\"=1\""])
    func harmless(text: String) {
        #expect(StatementCSV.defused(text) == text)
    }

    @Test("every visible first character either is harmless or has its apostrophe")
    func characters() {
        for byte in UInt8(0x21)...0x7E {
            let text = String(decoding: [byte, 0x31], as: UTF8.self)
            let isFormula = "=+-@'".utf8.contains(byte)
            #expect(StatementCSV.defused(text) == (isFormula ? "'" + text : text))
        }
    }

    @Test("the page's lines, and a cursor where there are more")
    func pages() {
        let found = (1...4).reversed().map { line(Int64($0), 5, Int64($0) * 5) }
        let page = WalletStatement(opening: 0, closing: 20, found: found, limit: 3)
        #expect(page.lines.map(\.seq) == [4, 3, 2])
        #expect(page.next == 2)
        let last = WalletStatement(opening: 0, closing: 20, found: Array(found.prefix(3)), limit: 3)
        #expect(last.lines.count == 3 && last.next == nil)
        #expect(WalletStatement(opening: 0, closing: 0, found: [], limit: 3).next == nil)
    }
}
