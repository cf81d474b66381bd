internal import AWSClient
internal import Codecs
internal import LedgerAuditService
internal import LocalPlatform
internal import LoyaltyService
internal import NotificationService
internal import PostgresClient
internal import ServiceKit
import Testing

/// docs/events.md against the handlers, the rules of the template and the sample events.
@Suite("Events")
struct EventsTests {
    /// A row of the page's first table.
    private struct Row: Hashable {
        let source: String
        let detailType: String
        let writer: String
        let reader: String
        let rule: String

        var name: String { "\(source) \(detailType)" }
    }

    private func documented() throws -> [Row] {
        let page = try Repository.text("docs/events.md")
        let pattern = /\n\| `([a-z.]+)` \| `([A-Za-z ]+)` \| ([A-Za-z -]+|–) \| ([a-z-]+|–) \| (?:`([A-Za-z]+)`|–) \|/
        return page.matches(of: pattern).map {
            Row(
                source: String($0.1), detailType: String($0.2), writer: String($0.3), reader: String($0.4),
                rule: $0.5.map(String.init) ?? "–")
        }
    }

    /// What each function takes, asked of its own dispatcher; nothing is connected to anything.
    private func handled() throws -> [String: [String]] {
        let variables = [
            "PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x", "EVENT_SEALING_SECRET_ARN": "a",
            "NOTIFICATION_SECRET_ARN": "b", "MAIL_FROM": "a@example.org", "OPERATORS_EMAIL": "b@example.org",
            "SITE_URL": "https://example.org", "API_URL": "https://example.org",
        ]
        let database = Database(try ConnectionConfiguration(environment: { variables[$0] }))
        let now = { Timestamp(millisecondsSince1970: 0) }
        let notification = NotificationService(
            database: database, client: AWSClient(environment: { _ in nil }),
            settings: try NotificationSettings(Environment { variables[$0] }))
        let gate = TokenGate(issuer: "a", audience: "b", now: now, keys: PublishedKeys(database, now: now).current)
        let dispatchers = [
            "loyalty": LoyaltyService(database: database, gate: gate, now: now).dispatcher,
            "ledger-audit": LedgerAuditService(database: database, now: now).dispatcher,
            "notification": notification.dispatcher,
        ]
        return dispatchers.mapValues { $0.events.map { "\($0.source) \($0.detailType)" } }
    }

    @Test("Every event that a function takes is in the documentation, and every one there is taken")
    func handlers() throws {
        let documented = try documented()
        #expect(documented.count >= 27)
        #expect(Set(documented.map(\.name)).count == documented.count)
        for (function, events) in try handled() {
            #expect(Set(events) == Set(documented.filter { $0.reader == function }.map(\.name)), "\(function)")
        }
    }

    @Test("Every rule hands over exactly the events that the documentation says, to the function that it names")
    func rules() throws {
        let documented = try documented()
        let template = try Repository.template()
        #expect(Set(documented.map(\.rule)).subtracting(["–"]) == Set(template.rules.map(\.name)))
        // Rules that a parameter switches on hand nothing to a function.
        for rule in try Repository.resources(ofType: "AWS::Events::Rule")
        where template.rules.contains(where: { $0.name == rule.name }) {
            let pattern = rule.properties["EventPattern"]
            let sources = pattern?["source"]?.elements.compactMap(\.text) ?? []
            let types = pattern?["detail-type"]?.elements.compactMap(\.text) ?? []
            let events = sources.flatMap { source in types.map { "\(source) \($0)" } }
            let rows = documented.filter { $0.rule == rule.name }
            #expect(Set(events) == Set(rows.map(\.name)), "\(rule.name)")
            let targets = template.rules.first { $0.name == rule.name }?.targets.map(\.function) ?? []
            #expect(targets.count == 1 && Set(targets) == Set(rows.map(\.reader)), "\(rule.name)")
            // AWS's own events come on the account's bus, ours on the stack's.
            let isOurBus = rule.properties["EventBusName"]?["Ref"]?.text == "EventBus"
            #expect(isOurBus == !sources.contains { $0.hasPrefix("aws.") }, "\(rule.name)")
        }
    }

    @Test("Every event that a function of this repository announces is in the documentation")
    func announced() throws {
        let writers = ["loyalty": "LoyaltyService", "ledger-audit": "LedgerAuditService", "auth": "AuthService"]
        for (function, target) in writers {
            let sources = try Repository.swiftSources(only: target)
            let rows = try documented().filter { $0.writer == function }
            #expect(!rows.isEmpty)
            for row in rows { #expect(sources.contains("\"\(row.detailType)\""), "\(row.name)") }
            let used = Set(sources.matches(of: /"(nerdwork\.[a-z]+)"/).map { String($0.1) })
            let known = try documented().filter { $0.writer == function || $0.reader == function }.map(\.source)
            #expect(used.isSubset(of: Set(known)), "\(function)")
        }
    }

    @Test("Every event that is read has a sample that matches its rule and no other")
    func samples() throws {
        let rules = try Repository.template().rules
        var sampled: Set<String> = []
        for name in Files.names(in: "\(Repository.root)/events") {
            let event = try JSONTree(
                parsing: SampleEvent.fill(
                    Files.read("\(Repository.root)/events/\(name)"), now: SampleEventFilesTests.now))
            guard let source = event["source"]?.text, let type = event["detail-type"]?.text else { continue }
            let row = try documented().first { $0.source == source && $0.detailType == type }
            #expect(rules.filter { $0.pattern.matches(event) }.map(\.name) == (row.map { [$0.rule] } ?? []), "\(name)")
            if let row { sampled.insert(row.name) }
        }
        #expect(sampled == Set(try documented().filter { $0.reader != "–" }.map(\.name)))
    }
}

extension Repository {
    /// The text of one target's sources.
    static func swiftSources(only target: String) throws -> String {
        try swiftSources(except: Set(Files.names(in: "\(root)/Sources")).subtracting([target]).sorted())
    }
}
