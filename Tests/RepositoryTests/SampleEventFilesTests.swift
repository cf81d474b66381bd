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
        let input = try JSONTree(parsing: Array(try #require(schedule.target.input).utf8))
        let sample = try JSONTree(parsing: filled("nightly-audit.json"))
        #expect(input.members.map(\.name) == sample.members.map(\.name))
        for name in ["version", "detail-type", "source", "detail"] { #expect(input[name] == sample[name], "\(name)") }
        #expect(schedule.expression == "cron(0 2 * * ? *)")
    }

    @Test(
        "The HTTP events are those of routes of the template", arguments: ["loyalty-me.json", "loyalty-history.json"])
    func routes(name: String) throws {
        let event = try JSONTree(parsing: filled(name))
        let route = try Repository.template().routes.first { $0.key == event["routeKey"]?.text }
        #expect(route?.function == "loyalty")
        #expect(route?.needsToken == true)
        #expect(event["requestContext"]?["authorizer"]?["jwt"]?["claims"]?["sub"]?.text == "ada00000-0000-4000-8000-000000000001")
    }
}
