import Codecs
import Testing

@testable import WalletService

@Suite("What a statement is asked for")
struct QueryTests {
    private static let day: Int64 = 86_400_000
    /// 2026-11-21, 00:00 UTC.
    private static let midnight: Int64 = 1_795_219_200_000

    @Test("a day begins at midnight and belongs to the period as a whole; a moment is itself")
    func period() {
        #expect(Period.start("2026-11-21")?.millisecondsSince1970 == Self.midnight)
        #expect(Period.end("2026-11-21")?.millisecondsSince1970 == Self.midnight + Self.day)
        #expect(Period.end("2026-02-28")?.day.description == "2026-03-01")
        for read in [Period.start, Period.end] {
            #expect(read("2026-11-21T00:00:00Z")?.millisecondsSince1970 == Self.midnight)
            #expect(read("2026-11-21T01:00:00+01:00")?.millisecondsSince1970 == Self.midnight)
        }
    }

    @Test(
        "anything else is neither",
        arguments: [
            "", "today", "2026-11", "2026-13-01", "2026-02-29", "2026-11-21T12:00", "1795262400000", "2026-11-21 ",
        ])
    func malformed(text: String) {
        #expect(Period.start(text) == nil)
        #expect(Period.end(text) == nil)
    }

    @Test("a period that ends before it begins is backwards")
    func backwards() {
        let (early, late) = (Timestamp(millisecondsSince1970: 1), Timestamp(millisecondsSince1970: 2))
        #expect(Period(start: late, end: early).isBackwards)
        #expect(!Period(start: early, end: late).isBackwards)
        #expect(!Period(start: early, end: early).isBackwards)
        #expect(!Period(start: late, end: nil).isBackwards && !Period(start: nil, end: early).isBackwards)
    }

    @Test(
        "a table for who asks for one first",
        arguments: [
            ("text/csv", true), ("TEXT/CSV", true), ("text/csv; charset=utf-8", true), (" text/csv , */*", true),
            ("text/html, text/csv;q=0.9", true), ("application/json, text/csv", false), ("*/*, text/csv", false),
            ("application/json", false), ("*/*", false), ("text/html", false), ("text/csvx", false), ("", false),
            (nil, false),
        ] as [(String?, Bool)])
    func format(accept: String?, isTable: Bool) {
        let format = StatementFormat(accept: accept)
        if case .csv = format { #expect(isTable) } else { #expect(!isTable) }
    }
}
