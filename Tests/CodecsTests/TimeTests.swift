import Codecs
import Testing

private func milliseconds(_ text: String) -> Int64? {
    RFC3339.parse(text.utf8)?.millisecondsSince1970
}

@Suite struct TimeTests {
    @Test(
        "RFC 3339, section 5.8: the examples, with the seconds that date(1) gives",
        arguments: [
            ("1985-04-12T23:20:50.52Z", 482_196_050_520), ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1996-12-20T00:39:57Z", 851_042_397_000), ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130),
            // The leap second is the second after 23:59:59, the first of the next day.
            ("1990-12-31T23:59:60Z", 662_688_000_000), ("1990-12-31T15:59:60-08:00", 662_688_000_000),
        ])
    func examples(_ text: String, _ expected: Int64) {
        #expect(milliseconds(text) == expected)
    }

    @Test(
        "Known moments are written and read",
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T00:00:00.000Z", 951_782_400_000),
            ("2026-11-21T05:53:15.042Z", 1_795_240_395_042), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("0000-01-01T00:00:00.000Z", -62_167_219_200_000), ("2038-01-19T03:14:08.000Z", 2_147_483_648_000),
        ])
    func knownMoments(_ text: String, _ expected: Int64) {
        #expect(milliseconds(text) == expected)
        #expect(RFC3339.format(Timestamp(millisecondsSince1970: expected)) == text)
    }

    @Test("RFC 3339, section 5.6: T and Z may be in lower case, and digits beyond milliseconds are dropped")
    func leniency() {
        #expect(milliseconds("2026-11-21t05:53:15z") == 1_795_240_395_000)
        #expect(milliseconds("2026-11-21T05:53:15.0429999999999Z") == 1_795_240_395_042)
        #expect(milliseconds("2026-11-21T05:53:15.5+05:30") == milliseconds("2026-11-21T00:23:15.5Z"))
        #expect(milliseconds("2026-11-21T05:53:15-00:00") == 1_795_240_395_000)
    }

    @Test(
        "What is no RFC 3339 date-time is refused",
        arguments: [
            "", "2026-11-21", "2026-11-21T05:53Z", "2026-11-21T05:53:15", "2026-11-21 05:53:15Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
            "2026-11-21T24:00:00Z", "2026-11-21T23:60:00Z", "2026-11-21T23:59:61Z", "2026-11-21T05:53:15.Z",
            "2026-11-21T05:53:15+0530", "2026-11-21T05:53:15+24:00", "2026-11-21T05:53:15+05:60",
            "+2026-11-21T05:53:15Z",
            "2026-11-21T05:53:15Z ", " 2026-11-21T05:53:15Z", "2026-11-21T05:53:15ZZ", "20261121T055315Z",
            "2026-11-21T5:53:15Z", "2026-1-21T05:53:15Z", "12026-11-21T05:53:15Z",
        ])
    func refusals(_ text: String) {
        #expect(RFC3339.parse(text.utf8) == nil)
    }

    @Test(
        "Days count from 1970, leap years by the Gregorian rule",
        arguments: [
            (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (1900, 3, 1, -25_508),
            (2026, 11, 21, 20_778), (0, 1, 1, -719_528), (9999, 12, 31, 2_932_896), (1, 1, 1, -719_162),
        ])
    func days(_ year: Int, _ month: Int, _ day: Int, _ count: Int32) {
        let value = UTCDay(year: year, month: month, day: day)
        #expect(value?.daysSince1970 == count)
        let components = UTCDay(daysSince1970: count).components
        #expect(components.year == year && components.month == month && components.day == day)
    }

    @Test("Every day of 800 years has its own date, one after the other")
    func everyDay() {
        var last = (year: 0, month: 0, day: 0)
        for count in Int32(-146_097)...146_097 {
            let day = UTCDay(daysSince1970: count)
            let components = day.components
            #expect((components.year, components.month, components.day) > (last.year, last.month, last.day))
            if components.day == 1 {
                #expect(UTCDay(year: components.year, month: components.month, day: 1) == day)
            }
            last = components
        }
    }

    @Test("Extremes stay inside the range instead of ending the process")
    func extremes() {
        let last = Timestamp(millisecondsSince1970: .max)
        #expect(last.advanced(byMilliseconds: 1) == last)
        #expect(Timestamp(millisecondsSince1970: .min).advanced(byMilliseconds: -1).millisecondsSince1970 == .min)
        for moment in [Timestamp(millisecondsSince1970: .min), last] {
            #expect(!RFC3339.format(moment).isEmpty)
            #expect(moment.day.advanced(by: .max) >= moment.day && moment.day.advanced(by: .min) <= moment.day)
        }
    }
}
