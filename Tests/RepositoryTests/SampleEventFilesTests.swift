internal import Codecs
internal import LambdaEvents
internal import LocalPlatform
internal import StrictJSON
import Testing

@Suite("Sample events")
struct SampleEventFilesTests {
    /// 2026-11-21T06:15:00.042Z.
    static let now = Timestamp(millisecondsSince1970: 1_795_241_700_042)
    private let now = Self.now

    private func filled(_ name: String, now: Timestamp? = nil, run: UInt16 = 0) throws -> [UInt8] {
        try SampleEvent.fill(Files.read("\(Repository.root)/events/\(name)"), now: now ?? self.now, run: run)
    }

    @Test("Are valid JSON once filled", arguments: Files.names(in: "\(Repository.root)/events"))
    func valid(name: String) throws {
        _ = try JSONDocument(parsing: filled(name))
    }

    @Test("The repeated delivery is byte for byte the first one, at any time of the day")
    func repeated() throws {
        let first = try filled("comic-read.json")
        let later = Timestamp(millisecondsSince1970: now.millisecondsSince1970 + 3_600_000)
        #expect(try filled("comic-read-repeated.json", now: later) == first)
        let tomorrow = Timestamp(millisecondsSince1970: now.millisecondsSince1970 + 86_400_000)
        #expect(try filled("comic-read.json", now: tomorrow) != first)
    }

    @Test("Another run reads another comic in another event, whose repeated delivery is the same again")
    func anotherRun() throws {
        let first = try JSONTree(parsing: filled("comic-read.json", run: 7))
        let other = try JSONTree(parsing: filled("comic-read.json", run: 65535))
        #expect(first["id"]?.text != other["id"]?.text)
        #expect(first["detail"]?["comicId"]?.text != other["detail"]?["comicId"]?.text)
        #expect(try filled("comic-read-repeated.json", run: 7) == filled("comic-read.json", run: 7))
    }

    @Test("The comic's events match a rule of the template, whose target is loyalty")
    func ruleMatches() throws {
        let event = try JSONTree(parsing: filled("comic-read.json"))
        let rules = try Repository.template().rules.filter { $0.pattern.matches(event) }
        #expect(rules.map(\.name) == ["LoyaltyOnComicRead"])
        #expect(rules.flatMap(\.targets).map(\.function) == ["loyalty"])
        let other = try JSONTree(parsing: filled("nightly-audit.json"))
        #expect(try Repository.template().rules.allSatisfy { !$0.pattern.matches(other) })
    }

    @Test("The reading happened at the moment that its event names, and not in the future")
    func readingTime() throws {
        let event = try EventBridgeEvent(json: JSONDocument(parsing: filled("comic-read.json")).root)
        let timestamp = try event.detail.member("timestamp").integer()
        #expect(event.time.millisecondsSince1970 == timestamp)
        #expect(timestamp <= now.millisecondsSince1970)
    }

    @Test("The schedule's input in the template is the nightly sample event, but for its values")
    func scheduleInput() throws {
        let schedule = try #require(try Repository.template().schedules.first { $0.name == "NightlyAudit" })
        let input = try JSONTree(parsing: Array(try #require(schedule.target.constant).utf8))
        let sample = try JSONTree(parsing: filled("nightly-audit.json"))
        #expect(input.members.map(\.name) == sample.members.map(\.name))
        for name in ["version", "detail-type", "source", "detail"] { #expect(input[name] == sample[name], "\(name)") }
        #expect(schedule.expression == "cron(0 2 * * ? *)")
    }

    /// The samples of requests, with the functions that the documentation names for them.
    private static func requests() throws -> [(name: String, function: String, event: JSONTree)] {
        let page = try Repository.text("docs/configuration.md")
        return try page.matches(of: /\| `events\/([a-z-]+\.json)` \| ([a-z-]+) \|/).compactMap { match in
            let event = try JSONTree(
                parsing: SampleEvent.fill(Files.read("\(Repository.root)/events/\(match.1)"), now: now))
            return event["routeKey"] == nil ? nil : (String(match.1), String(match.2), event)
        }
    }

    @Test("The HTTP events are those of routes of the template, with a caller where the route wants one")
    func routes() throws {
        let requests = try Self.requests()
        #expect(requests.count >= 18)
        for (name, function, event) in requests {
            let route = try #require(try Repository.template().routes.first { $0.key == event["routeKey"]?.text })
            #expect(route.function == function, "\(name)")
            let claims = event["requestContext"]?["authorizer"]?["jwt"]?["claims"]
            #expect(route.needsToken == (claims != nil), "\(name)")
            if let claims { #expect(claims["sub"]?.text == "ada00000-0000-4000-8000-000000000001", "\(name)") }
            #expect(event["requestContext"]?["http"]?["method"]?.text == route.method, "\(name)")
            #expect(event["requestContext"]?["http"]?["path"] == event["rawPath"], "\(name)")
        }
    }

    @Test("Every group of routes has a sample")
    func groups() throws {
        func group(_ path: String) -> String { path.split(separator: "/").prefix(2).joined(separator: "/") }
        let sampled = Set(try Self.requests().compactMap { $0.event["rawPath"]?.text }.map(group))
        let groups = Set(try Repository.template().routes.map { group($0.path) }).subtracting(["health"])
        #expect(groups.subtracting(sampled).isSubset(of: ["admin/audit"]))
    }

    @Test("The other schedules send what their samples hold")
    func schedules() throws {
        let samples = [
            ("PurgeAccounts", "purge-accounts.json"), ("RotateKeys", "rotate-keys.json"),
            ("ContinueAudit", "continue-audit.json"), ("FoldLedger", "fold-ledger.json"),
        ]
        for (schedule, file) in samples {
            let template = try Repository.template().schedules.first { $0.name == schedule }
            let input = try JSONTree(parsing: Array(try #require(template?.target.constant).utf8))
            let sample = try JSONTree(parsing: filled(file))
            #expect(input["action"] == sample["action"] && input["detail"] == sample["detail"], "\(schedule)")
            #expect(input.members.map(\.name) == sample.members.map(\.name), "\(schedule)")
        }
    }
}
