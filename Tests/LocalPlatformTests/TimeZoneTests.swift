internal import Codecs
import Testing

@testable internal import LocalPlatform

/// Zones of this machine against what Python's `zoneinfo` makes of the same files, or of PyPI's `tzdata`.
@Suite("Time zones")
struct TimeZoneTests {
    /// What a program for Python prints, by lines and words.
    private static func python(_ program: String) throws -> [[Substring]] {
        let folder = try LocalAWSFixture.makeFolder()
        defer { _ = try? Command.run("/bin/rm", ["-rf", folder], environment: [:], folder: "/") }
        // A command's own output is kept in part only.
        let whole = "import sys\nsys.stdout = open('\(folder)/output', 'w')\n\(program)"
        let result = try Command.run(
            "/usr/bin/env", ["python3", "-c", whole], environment: ["PATH": "/usr/bin:/bin"], folder: "/")
        try #require(result.status == 0, "\(result.output.suffix(500))")
        let output = String(decoding: try Files.read("\(folder)/output"), as: UTF8.self)
        return output.split(separator: "\n").map { $0.split(separator: " ") }
    }

    private static func rules(_ name: Substring) throws -> TimeZoneRules {
        try #require(TimeZoneRules(Files.read("\(ScheduleZone.folder)/\(name)")), "\(name)")
    }

    @Test("Every zone is as far from UTC as Python says, from the past to far behind the last change of its file")
    func offsets() throws {
        let lines = try Self.python(
            """
            import os, random, zoneinfo
            from datetime import datetime, timezone
            chance = random.Random(11)
            for name in sorted(zoneinfo.available_timezones() - {"localtime", "Factory"}):
                if name[0].islower() or not os.path.exists("\(ScheduleZone.folder)/" + name): continue
                zone = zoneinfo.ZoneInfo(name)
                moments = [chance.randrange(-2_100_000_000, 10_000_000_000) for _ in range(40)]
                found = [f"{m}={int(datetime.fromtimestamp(m, zone).utcoffset().total_seconds())}" for m in moments]
                print(name, *found)
            """)
        #expect(lines.count > 300)
        for line in lines {
            let rules = try Self.rules(line[0])
            for pair in line.dropFirst() {
                let parts = pair.split(separator: "=")
                let moment = try #require(Int64(parts[0]))
                #expect(rules.offset(at: moment) == Int64(parts[1]), "\(line[0]) at \(moment)")
            }
        }
    }

    /// The south, half an hour, a negative summer time (Dublin), one that is no more (Sao Paulo), and a day that was left
    /// out (Apia).
    private static let places = [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "America/Santiago", "Asia/Kolkata",
        "America/Sao_Paulo", "Pacific/Apia", "America/Nuuk", "Africa/Casablanca", "Pacific/Chatham",
    ]

    /// Python: `fold=0` is the first of two moments; a time that does not come back the same is one that is leapt over.
    @Test("Around every change of the clocks, a local time is the moment that Python says, or none", arguments: places)
    func localTimes(place: String) throws {
        let lines = try Self.python(
            """
            import zoneinfo
            from datetime import datetime, timedelta, timezone
            zone, utc, second = zoneinfo.ZoneInfo("\(place)"), timezone.utc, timedelta(seconds=1)
            def offset(m): return datetime.fromtimestamp(m, zone).utcoffset()
            for start in (1_290_000_000, 1_760_000_000, 4_100_000_000):
                for m in range(start, start + 2 * 366 * 86_400, 900):
                    if offset(m) == offset(m - 900): continue
                    for local in (datetime.fromtimestamp(m, utc) + side + timedelta(minutes=step)
                                  for side in (offset(m), offset(m - 900)) for step in range(-95, 96, 5)):
                        moment = local.replace(tzinfo=zone, fold=0).astimezone(utc)
                        same = moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)
                        print(int(local.timestamp()), int(moment.timestamp()) if same else "none")
            print("end")
            """)
        #expect(lines.last == ["end"])
        let rules = try Self.rules(Substring(place))
        for line in lines.dropLast() {
            let local = Timestamp(millisecondsSince1970: try #require(Int64(line[0])) * 1_000)
            let moment = rules.moment(ofLocal: local).map { $0.millisecondsSince1970 / 1_000 }
            #expect(moment == Int64(line[1]), "\(place) \(RFC3339.format(local))")
        }
    }

    @Test("A file that is cut anywhere, or has anything else in it, is no zone")
    func broken() throws {
        let bytes = try Files.read("\(ScheduleZone.folder)/Europe/Berlin")
        #expect(TimeZoneRules(bytes) != nil)
        for count in stride(from: 0, to: bytes.count, by: 7) { _ = TimeZoneRules(Array(bytes.prefix(count))) }
        #expect(TimeZoneRules([]) == nil)
        #expect(TimeZoneRules(Array(bytes.dropLast())) == nil)
        #expect(TimeZoneRules(Array(bytes.prefix(bytes.count / 2))) == nil)
        #expect(TimeZoneRules(Array("TZif2".utf8) + [UInt8](repeating: 0xFF, count: 400)) == nil)
        for position in 0..<min(bytes.count, 2_000) {
            var changed = bytes
            changed[position] ^= 0xFF
            _ = TimeZoneRules(changed)?.offset(at: 1_795_241_700)
        }
    }

    /// RFC 8536, section 3.3.1, and POSIX.1-2017, section 8.3.
    @Test(
        "Rules for the time after a file's last change are read, or refused",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", 1_795_241_700, 3_600), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_782_000_000, 7_200),
            ("EST5EDT,M3.2.0,M11.1.0", 1_782_000_000, -14_400), ("<+0330>-3:30", 0, 12_600),
            ("<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", 1_782_000_000, -7_200),
            ("EST5EDT,0/0,J365/25", 1_782_000_000, -14_400),
            ("X5", 0, nil), ("CET-1CEST", 0, nil), ("CET-1CEST,M13.1.0,M10.5.0", 0, nil), ("CET-25", 0, nil),
            ("CET-1CEST,M3.5.0,M10.5.0/3x", 0, nil), ("<CET-1", 0, nil), ("", 0, nil),
        ] as [(String, Int64, Int64?)])
    func posix(text: String, moment: Int64, offset: Int64?) {
        #expect(PosixTimeZone(text)?.offset(at: moment) == offset)
    }
}
