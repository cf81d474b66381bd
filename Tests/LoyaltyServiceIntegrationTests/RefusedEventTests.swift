import Codecs
import LambdaRuntime
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("An event that cannot be rewarded is refused by name")
struct RefusedEventTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let event: [UInt8]
        let type: String
    }

    static let cases: [Case] = [
        Case(
            testDescription: "no reader",
            event: LoyaltyHarness.event("1") { detail in
                detail.member("comicId", "c")
                detail.member("timestamp", LoyaltyHarness.noon.millisecondsSince1970)
            }, type: "Function.MalformedEvent"),
        Case(
            testDescription: "a reader with a line break",
            event: LoyaltyHarness.comicRead("1", reader: "ada\r\nx"), type: "Function.MalformedEvent"),
        Case(
            testDescription: "a reader that is not ASCII",
            event: LoyaltyHarness.comicRead("1", reader: "adá"), type: "Function.MalformedEvent"),
        Case(
            testDescription: "a reader of 129 characters",
            event: LoyaltyHarness.comicRead("1", reader: String(repeating: "a", count: 129)),
            type: "Function.MalformedEvent"),
        Case(
            testDescription: "an empty comic", event: LoyaltyHarness.comicRead("1", comic: ""),
            type: "Function.MalformedEvent"),
        Case(
            testDescription: "a timestamp in words",
            event: LoyaltyHarness.event("1") { detail in
                detail.member("userId", LoyaltyHarness.reader)
                detail.member("comicId", "c")
                detail.member("timestamp", "now")
            }, type: "Function.MalformedEvent"),
        Case(
            testDescription: "a version from the future",
            event: LoyaltyHarness.event("1") { detail in
                detail.member("version", 2)
                detail.member("userId", LoyaltyHarness.reader)
                detail.member("comicId", "c")
                detail.member("timestamp", LoyaltyHarness.noon.millisecondsSince1970)
            }, type: "Function.UnsupportedVersion"),
        Case(
            testDescription: "a read 5 minutes and a millisecond ahead",
            event: LoyaltyHarness.comicRead("1", at: LoyaltyHarness.noon.advanced(byMilliseconds: 300_001)),
            type: "Function.ComicReadInFuture"),
        Case(
            testDescription: "a read of more than 14 days ago",
            event: LoyaltyHarness.comicRead(
                "1", at: LoyaltyHarness.noon.advanced(byMilliseconds: -14 * 86_400_000 - 1)),
            type: "Function.ComicReadTooOld"),
        Case(
            testDescription: "a timestamp beyond every calendar",
            event: LoyaltyHarness.comicRead("1", at: Timestamp(millisecondsSince1970: .max)),
            type: "Function.MalformedEvent"),
        Case(
            testDescription: "another event of the bus",
            event: Array(
                #"{"version":"0","id":"1","detail-type":"ComicDrawn","source":"nerdwork.comic","account":"1","time":"2026-11-21T12:00:00Z","region":"r","resources":[],"detail":{}}"#
                    .utf8), type: "Function.UnknownEvent"),
    ]

    @Test("with nothing left behind", arguments: cases)
    func refused(row: Case) throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let error = #expect(throws: FunctionError.self) { try loyalty.deliverRaw(row.event) }
            #expect(error?.type == row.type)
            #expect(try loyalty.count("select count(*) from loyalty.reads") == 0)
            #expect(try loyalty.count("select count(*) from ledger.transactions") == 0)
        }
    }

    @Test("an identity that comes back with other content is a conflict and changes nothing")
    func conflict() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("1"))
            let error = #expect(throws: FunctionError.self) {
                try loyalty.deliverRaw(LoyaltyHarness.comicRead("1", comic: "akira"))
            }
            #expect(error?.type == "Function.ComicReadConflict")
            #expect(try loyalty.balance(of: LoyaltyHarness.reader) == 5)
        }
    }
}
