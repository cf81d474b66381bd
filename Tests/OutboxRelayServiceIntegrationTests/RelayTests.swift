import Codecs
import LambdaRuntime
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import OutboxRelayService

@Suite("The relay publishes what is left")
struct RelayTests {
    @Test("Everything that waits goes out in one run, whoever wrote it, each aggregate in order")
    func publishes() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let relay = try Relay(database, bus)
            var written: [String] = []
            for role in ["nerdwork_loyalty", "nerdwork_ledger_audit", "nerdwork_auth"] {
                written += try relay.rows.write(70, aggregates: 30, as: role)
            }
            let report = try relay.run()
            #expect(try report.member("published").integer() == 210)
            #expect(try report.member("postponed").integer() == 0)
            #expect(bus.accepted.count == 210)
            #expect(Set(bus.accepted) == Set(written))
            #expect(bus.calls.allSatisfy { (1...10).contains($0.count) })
            #expect(try relay.rows.overtaken(bus.accepted).isEmpty)
            #expect(try relay.run().member("published").integer() == 0)
            #expect(bus.accepted.count == 210)
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let behaviour: EventBusStandIn.Behaviour
        /// Whether the caller can know what became of the events, so that none is sent twice.
        let isKnown: Bool
        var testDescription: String { name }
    }

    private static let faults = [
        Fault(
            name: "some entries fail",
            behaviour: .failEntries { $0 % 3 == 0 ? "InternalFailure" : nil }, isKnown: true),
        Fault(
            name: "some are throttled", behaviour: .failEntries { $0 < 9 ? "ThrottlingException" : nil }, isKnown: true),
        Fault(name: "all are throttled", behaviour: .failEntries { _ in "ThrottlingException" }, isKnown: true),
        Fault(name: "the call is throttled", behaviour: .refuse(400, "ThrottlingException"), isKnown: true),
        Fault(name: "the call is refused", behaviour: .refuse(400, "ValidationException"), isKnown: true),
        Fault(name: "no rights", behaviour: .refuse(400, "AccessDeniedException"), isKnown: true),
        Fault(name: "500", behaviour: .refuse(500, "InternalException"), isKnown: false),
        Fault(name: "503", behaviour: .refuse(503, "ServiceUnavailable"), isKnown: false),
        Fault(name: "cut without acceptance", behaviour: .cut, isKnown: false),
        Fault(name: "cut after acceptance", behaviour: .acceptAndCut, isKnown: false),
        Fault(name: "silence after acceptance", behaviour: .acceptAndStall, isKnown: false),
        Fault(name: "an answer that is no JSON", behaviour: .acceptAndStammer, isKnown: false),
    ]

    @Test(
        "Whatever the bus does, nothing is lost, nothing overtakes, and only the unknown is sent twice",
        arguments: faults)
    func misbehaviour(_ fault: Fault) throws {
        try withDatabase { database in
            // The faults are the first, the fourth and every tenth call.
            let bus = try EventBusStandIn { [0, 3].contains($0) || $0 % 10 == 9 ? fault.behaviour : .accept }
            defer { bus.stop() }
            let relay = try Relay(database, bus)
            let written = try relay.rows.write(40, aggregates: 12)
            try relay.runUntilDone(times: 30, milliseconds: fault.name.contains("silence") ? 2_000 : 60_000)
            #expect(try relay.rows.counts() == ["waiting": 0, "published": 40, "dead": 0])
            #expect(Set(bus.accepted) == Set(written))
            #expect(try relay.rows.overtaken(bus.accepted).isEmpty)
            if fault.isKnown { #expect(bus.accepted.count == 40) }
        }
    }

    @Test("Nobody there: all waits, few events are tried, and the function reports no error")
    func deadEndpoint() throws {
        try withDatabase { database in
            let gone = try EventBusStandIn()
            gone.stop()
            let relay = try Relay(database, gone)
            let written = try relay.rows.write(100)
            let report = try relay.run()
            #expect(try report.member("busIsFailing").bool())
            #expect(try report.member("published").integer() == 0)
            let row = try database.connect().query(
                """
                select count(*) filter (where attempts > 0) as claimed, count(*) filter (where last_error = 'unavailable')
                    as tried from outbox.events
                """
            ).only()
            #expect(try row.decode("claimed", as: Int64.self) == 50, "one claim")
            #expect(try row.decode("tried", as: Int64.self) == 10, "one call")
            #expect(try relay.rows.counts() == ["waiting": 100, "published": 0, "dead": 0])

            let bus = try EventBusStandIn()
            defer { bus.stop() }
            try Relay(database, bus).runUntilDone(times: 2)
            #expect(Set(bus.accepted) == Set(written))
            #expect(bus.accepted.count == 100)
        }
    }

    @Test("What the bus refuses for good is given up, counted, and goes out when it was revived")
    func deadAndRevived() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn { $0 == 0 ? .failEntries { $0 < 2 ? "MalformedDetail" : nil } : .accept }
            defer { bus.stop() }
            let relay = try Relay(database, bus)
            let written = try relay.rows.write(5)
            let report = try relay.run()
            #expect(try report.member("dead").integer() == 2)
            #expect(try relay.rows.counts() == ["waiting": 0, "published": 3, "dead": 2])
            let owner = try database.connect()
            let errors = try owner.query("select last_error from outbox.events where dead_at is not null")
            #expect(
                try errors.map { try $0.decode("last_error", as: String.self) } == [
                    "MalformedDetail", "MalformedDetail",
                ])
            _ = try owner.query(
                "select outbox.revive(array(select event_id from outbox.events where dead_at is not null))")
            try relay.run()
            #expect(try relay.rows.counts() == ["waiting": 0, "published": 5, "dead": 0])
            #expect(Set(bus.accepted) == Set(written))
        }
    }

    @Test("The metrics say what waits, since when, and what was given up")
    func metrics() throws {
        try withDatabase { database in
            let owner = try database.connect()
            try OutboxRows(database).write(5)
            try owner.execute("update outbox.events set created_at = now() - interval '90 s' where position = 3")
            try owner.execute("update outbox.events set dead_at = now() where position = 1")
            try owner.execute("update outbox.events set published_at = now() where position = 2")
            let backlog = try Backlog(database.connect(as: "nerdwork_relay").query(Backlog.query).only())
            #expect(backlog.waiting == 3)
            #expect(backlog.dead == 1)
            #expect((90..<150).contains(backlog.oldestSeconds))
            var report = RelayReport()
            report.published = 7
            let line = try JSONDocument(parsing: backlog.metrics(report).line(at: Timestamp(millisecondsSince1970: 1)))
            let directive = try #require(
                try Array(line.root.member("_aws").member("CloudWatchMetrics").elements).first)
            #expect(try directive.member("Namespace").string() == "Nerdwork/Outbox")
            let names = try directive.member("Metrics").elements.map { try $0.member("Name").string() }
            #expect(names == ["Published", "Waiting", "OldestSeconds", "Dead"])
            #expect(try line.root.member("Published").double() == 7)
            #expect(try line.root.member("Dead").double() == 1)
        }
    }

    @Test("A run deletes what was published more than 30 days ago")
    func purges() throws {
        try withDatabase { database in
            let bus = try EventBusStandIn()
            defer { bus.stop() }
            let relay = try Relay(database, bus)
            try relay.rows.write(1_200)
            try database.connect().execute(
                "update outbox.events set published_at = now() - interval '31 days' where position <= 1100")
            let report = try relay.run()
            #expect(try report.member("purged").integer() == 1_100)
            #expect(try relay.rows.counts() == ["waiting": 0, "published": 100, "dead": 0])
        }
    }
}
