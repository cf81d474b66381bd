import LocalRuntimeAPI
import MailStandIn
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Dying anywhere between an event, the address that it lacks and its mail loses no mail.
@Suite("Mail that waits for an address survives the death of the function", .serialized)
struct UnaddressedKillTests {
    /// One mail, however the function got here.
    private func expectOneTip(_ stage: MailStage, sourceLocation: SourceLocation = #_sourceLocation) throws {
        try stage.deliver(stage.tip(1))
        try stage.age()
        for _ in 0..<2 { try stage.deliver(MailStage.schedule) }
        #expect(stage.tipped == ["reader-1@mail.example"], sourceLocation: sourceLocation)
        #expect(try stage.states() == ["sent", "sent"], sourceLocation: sourceLocation)
        #expect(try stage.unaddressed() == 0, sourceLocation: sourceLocation)
    }

    @Test("82: killed while it keeps the mail, before and during its commit", arguments: [false, true])
    func keeping(commitIsUnderWay: Bool) throws {
        try withMail { stage in
            try stage.whileLocked(commitIsUnderWay ? .keep : .lookUp) {
                try stage.kill(during: stage.tip(1)) { try stage.isWaitingForLock() }
            }
            let kept: Int64 = commitIsUnderWay ? 1 : 0
            // The server finishes what it was sent, though nobody listens any more.
            #expect(try waitUntil { try stage.unaddressed() == kept })
            try stage.deliver(stage.tip(1))
            #expect(try stage.unaddressed() == 1)
            try stage.deliver(stage.signedUp(1))
            try stage.deliver(MailStage.schedule)
            try expectOneTip(stage)
        }
    }

    @Test("82: killed while it addresses the mail, before and during its commit", arguments: [false, true])
    func addressing(commitIsUnderWay: Bool) throws {
        try withMail { stage in
            try stage.deliver(stage.tip(1))
            try stage.deliver(stage.signedUp(1))
            #expect(try stage.unaddressed() == 1)
            try stage.whileLocked(commitIsUnderWay ? .write : .lookUp) {
                try stage.kill(during: MailStage.schedule) { try stage.isWaitingForLock() }
            }
            let left: Int64 = commitIsUnderWay ? 0 : 1
            #expect(try waitUntil { try stage.unaddressed() == left })
            #expect(stage.tipped.isEmpty)
            try expectOneTip(stage)
        }
    }

    @Test("82: killed between the queue and SES, and after SES took it: doubled where nobody can know, never lost")
    func sending() throws {
        for isAccepted in [false, true] {
            try withMail { stage in
                try stage.deliver(stage.tip(1))
                try stage.deliver(stage.signedUp(1))
                let gate = Gate()
                stage.mail.script(isAccepted ? .acceptAndHold(gate) : .hold(gate))
                try stage.kill(during: MailStage.schedule) { gate.isReached }
                gate.open()
                try stage.age()
                try stage.deliver(MailStage.schedule)
                #expect(Set(stage.tipped) == ["reader-1@mail.example"])
                #expect(stage.tipped.count <= 2)
                #expect(try stage.states() == ["sent", "sent"])
            }
        }
    }

    @Test("82: 40 readers, tips before and after their sign-ups, schedules in between, two functions killed at random")
    func random() throws {
        try withMail { stage in
            var random = SeededRandom(stream: 8_282)
            let count = 40
            let events = try (0..<count).map { stage.tip($0) } + (0..<count).map { try stage.signedUp($0) }
            // Each event twice, and a schedule after every fourth of them.
            let deliveries = (Array(events.indices) + Array(events.indices)).shuffled(using: &random)
            let withSchedules = deliveries.enumerated().flatMap { place, index in
                place % 4 == 3 ? [index, events.count] : [index]
            }
            let queue = DeliveryQueue(withSchedules)
            let functions = try [stage.worker(), stage.worker()]
            let failures = Mutex<[String]>([])
            let working = Mutex(2)
            let killer = Killer(functions, seed: random.next(), every: 6...24) {
                queue.settledDeliveries + stage.mail.calls
            }
            let killing = SystemThread.start { killer.run { working.withLock { $0 > 0 } } }
            concurrently(2) { index in
                defer { working.withLock { $0 -= 1 } }
                do {
                    try functions[index].run(
                        next: { queue.next().map { ($0, $0 < events.count ? events[$0] : MailStage.schedule) } },
                        settled: { queue.settle($0, $1) })
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            killing?.join()
            try stage.age()
            for _ in 0..<2 { try stage.deliver(MailStage.schedule) }

            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(killer.kills) kills")
            #expect(failures.withLock { $0 }.isEmpty, comment)
            #expect(queue.failures.isEmpty, comment)
            #expect(killer.kills >= 5, comment)
            #expect(try stage.states() == Array(repeating: "sent", count: 2 * count), comment)
            #expect(try stage.unaddressed() == 0, comment)
            #expect(Set(stage.tipped) == Set((0..<count).map { "reader-\($0)@mail.example" }), comment)
            let accepted = stage.mail.accepted.map(\.messageID)
            #expect(Set(accepted).count == 2 * count, comment)
            #expect(accepted.count - 2 * count <= killer.kills, comment)
        }
    }
}
