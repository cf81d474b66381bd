import Codecs
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("What a reader can ask")
struct RouteTests {
    @Test("a reader without reads has nothing, and the rules")
    func emptySummary() throws {
        try withDatabase { database in
            let (status, body) = try LoyaltyHarness(database).get("/loyalty/me")
            #expect(status == 200)
            #expect(try body.member("userId").string() == LoyaltyHarness.reader)
            #expect(try body.member("balance").integer() == 0)
            #expect(try body.member("streakDays").integer() == 0)
            #expect(try body.member("today").member("pointsLeft").integer() == 50)
            #expect(try body.member("rules").member("pointsPerRead").integer() == 5)
        }
    }

    @Test("the summary shows balance, day and streak; yesterday's streak lives on until the day is over")
    func summary() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for daysAgo in [2, 1] as [Int64] {
                let time = LoyaltyHarness.noon.advanced(byMilliseconds: -daysAgo * 86_400_000)
                _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(daysAgo)", at: time))
            }
            #expect(try loyalty.get("/loyalty/me").body.member("streakDays").integer() == 2)
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("0"))
            let body = try loyalty.get("/loyalty/me").body
            #expect(try body.member("balance").integer() == 30)
            #expect(try body.member("streakDays").integer() == 3)
            let today = try body.member("today")
            #expect(try today.member("day").string() == "2026-11-21")
            #expect(try today.member("reads").integer() == 1)
            #expect(try today.member("points").integer() == 5)
            #expect(try today.member("pointsLeft").integer() == 45)
        }
    }

    @Test("pages of the history, put together, are the whole history, newest first, and nobody else's")
    func history() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for number in 0..<7 {
                // Two reads of the same millisecond: the identity decides their order.
                let time = LoyaltyHarness.noon.advanced(byMilliseconds: -Int64(number / 2) * 1000)
                _ = try loyalty.deliver(LoyaltyHarness.comicRead("\(number)", comic: "comic-\(number)", at: time))
            }
            _ = try loyalty.deliver(LoyaltyHarness.comicRead("other", reader: "grace"))

            var comics: [String] = []
            var times: [Int64] = []
            var cursor = ""
            for _ in 0..<10 {
                let body = try loyalty.get("/loyalty/me/history", query: "limit=3" + cursor).body
                for read in try body.member("reads").elements {
                    comics.append(try read.member("comicId").string())
                    times.append(try read.member("readAt").integer())
                }
                guard let next = try body.optional("nextCursor")?.string() else { break }
                cursor = "&cursor=" + next
            }
            #expect(Set(comics) == Set((0..<7).map { "comic-\($0)" }))
            #expect(comics.count == 7)
            #expect(times == times.sorted(by: >))
        }
    }

    @Test("a bad limit and a forged cursor are refused")
    func refusals() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            for query in ["limit=0", "limit=101", "limit=x", "cursor=AAAA", "cursor=%00", "limit=1&limit=2"] {
                #expect(try loyalty.get("/loyalty/me/history", query: query).status == 400, Comment(rawValue: query))
            }
        }
    }
}
