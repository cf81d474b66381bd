internal import Codecs

/// The time zone that a schedule is read in.
///
/// Source: EventBridge Scheduler user guide, "Schedule types in EventBridge Scheduler", "Time zones" and "Daylight savings
/// time": a time that the clocks leap over has no run, and one that they show twice has one. That page does not say which of
/// the two it is; here it is the first.
enum ScheduleZone: Sendable {
    /// Always so many milliseconds east of UTC.
    case fixed(Int64)
    case rules(TimeZoneRules)

    /// Where the machine keeps the zone database.
    static let folder = "/usr/share/zoneinfo"

    /// The zone of that name: UTC and `Etc/GMT±hours` are known, others are read from the machine's zone database.
    init(_ name: String, folder: String = Self.folder) throws(ScheduleExpression.Refusal) {
        if let hours = Self.fixedHours(name) {
            self = .fixed(Int64(hours) * 3_600_000)
            return
        }
        guard Self.isName(name), let bytes = try? Files.read("\(folder)/\(name)"), let rules = TimeZoneRules(bytes)
        else {
            throw ScheduleExpression.Refusal(
                reason: "this machine's zone database (\(folder)) has no time zone \"\(name.prefix(64))\"")
        }
        self = .rules(rules)
    }

    /// What the zone's clocks show at a moment, as if it were UTC.
    func local(_ moment: Timestamp) -> Timestamp {
        switch self {
        case .fixed(let offset): moment.advanced(byMilliseconds: offset)
        case .rules(let rules): rules.local(moment)
        }
    }

    /// The first moment at which they show this; nil for a time that they leap over.
    func moment(ofLocal time: Timestamp) -> Timestamp? {
        switch self {
        case .fixed(let offset): time.advanced(byMilliseconds: -offset)
        case .rules(let rules): rules.moment(ofLocal: time)
        }
    }

    private static func fixedHours(_ name: String) -> Int? {
        let universal: Set<String> = [
            "UTC", "Etc/UTC", "UCT", "Etc/UCT", "GMT", "Etc/GMT", "Etc/GMT0", "Etc/GMT+0", "Etc/GMT-0", "GMT0", "Zulu",
            "Etc/Zulu", "Universal", "Etc/Universal", "Greenwich", "Etc/Greenwich",
        ]
        if universal.contains(name) { return 0 }
        // In these names the sign is that of POSIX: Etc/GMT-14 is fourteen hours before UTC's clock.
        guard name.hasPrefix("Etc/GMT"), let hours = Int(name.dropFirst(7)), (-14...12).contains(hours) else {
            return nil
        }
        return -hours
    }

    /// `Europe/Berlin`: no path that leads elsewhere.
    private static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (1...64).contains(name.utf8.count)
            && parts.allSatisfy { part in
                part.utf8.first.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 } == true
                    && part.utf8.allSatisfy { byte in
                        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                            || "_+-".utf8.contains(byte)
                    }
            }
    }
}
