import Codecs
import LocalRuntimeAPI
import MailStandIn
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

/// Dying anywhere between an event and its mail loses no mail, and doubles one only where nobody can know.
@Suite("Mail survives the death of the function", .serialized)
struct NotificationKillTests {
    @Test("81: the same event ten times, by two processes at once, is one mail")
    func once() throws {
        try withMail { stage in
            let event = try stage.passwordChanged(1)
            let workers = try [stage.worker(), stage.worker()]
            let failures = Mutex<[String]>([])
            concurrently(2) { index in
                let left = Mutex(5)
                do {
                    try workers[index].run(
                        next: {
                            left.withLock { left in
                                left -= 1
                                return left >= 0 ? (left, event) : nil
                            }
                        },
                        settled: { _, outcome in
                            if case .response? = outcome { return }
                            failures.withLock { $0.append("\(String(describing: outcome))") }
                        })
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 }.isEmpty)
            #expect(stage.mail.accepted.count == 1)
            #expect(try stage.states() == ["sent"])
        }
    }

    @Test("82: killed before its first commit, the function leaves nothing, and the next delivery sends the mail")
    func beforeCommit() throws {
        try withMail { stage in
            let event = try stage.passwordChanged(1)
            try stage.whileLocked(.lookUp) {
                try stage.kill(during: event) { try stage.isWaitingForLock() }
            }
            #expect(try stage.states().isEmpty)
            try stage.deliver(event)
            #expect(stage.mail.accepted.count == 1)
            #expect(try stage.states() == ["sent"])
        }
    }

    @Test("82: killed while its first commit is under way, the function's mail goes out, once")
    func duringCommit() throws {
        try withMail { stage in
            let event = try stage.passwordChanged(1)
            try stage.whileLocked(.write) {
                try stage.kill(during: event) { try stage.isWaitingForLock() }
            }
            // The server finishes what it was sent, though nobody listens any more.
            #expect(try waitUntil { try stage.states() == ["sending"] })
            try stage.deliver(event)
            try stage.age()
            try stage.deliver(MailStage.schedule)
            #expect(stage.mail.accepted.count == 1)
            #expect(try stage.states() == ["sent"])
        }
    }

    @Test("82: killed between its commit and SES, the function's mail goes out after the lease, once")
    func beforeAcceptance() throws {
        try withMail { stage in
            let gate = Gate()
            stage.mail.script(.hold(gate))
            let event = try stage.passwordChanged(1)
            try stage.kill(during: event) { gate.isReached }
            #expect(stage.mail.accepted.isEmpty)
            #expect(try stage.states() == ["sending"])
            try stage.deliver(event)
            #expect(stage.mail.calls == 1)
            try stage.age()
            try stage.deliver(MailStage.schedule)
            #expect(stage.mail.accepted.count == 1)
            #expect(try stage.states() == ["sent"])
            // What the dead process had begun may yet arrive: nobody can know, so it stays out of the count.
            _ = gate
        }
    }

    @Test(
        "82: killed after SES has accepted, the function's mail is doubled at most once, and not where SES reports it",
        arguments: [true, false])
    func afterAcceptance(isReported: Bool) throws {
        try withMail { stage in
            let gate = Gate()
            stage.mail.script(.acceptAndHold(gate))
            let event = try stage.passwordChanged(1)
            try stage.kill(during: event) { gate.isReached }
            gate.open()
            #expect(try stage.states() == ["sending"])
            if isReported { try stage.deliver(stage.sentReport()) }
            try stage.deliver(event)
            try stage.age()
            try stage.deliver(MailStage.schedule)
            #expect(stage.mail.accepted.count == (isReported ? 1 : 2))
            #expect(try stage.states() == ["sent"])
        }
    }

    @Test("82: killed after SES's answer and before the second commit, likewise")
    func beforeSecondCommit() throws {
        try withMail { stage in
            let gate = Gate()
            stage.mail.script(.acceptAndHold(gate))
            let event = try stage.passwordChanged(1)
            try stage.kill(during: event) {
                guard gate.isReached else { return false }
                return try stage.whileLocked(.write) {
                    gate.open()
                    return waitUntil { (try? stage.isWaitingForLock()) == true }
                }
            }
            try stage.age()
            try stage.deliver(MailStage.schedule)
            #expect(try stage.states() == ["sent"])
            #expect((1...2).contains(stage.mail.accepted.count))
        }
    }

    @Test("82: 60 events, each delivered twice, two functions killed at random: no mail is lost")
    func random() throws {
        try withMail { stage in
            var random = SeededRandom(stream: 82)
            let count = 60
            let events = try (0..<count).map { try stage.passwordChanged($0) }
            let queue = DeliveryQueue((Array(0..<count) + Array(0..<count)).shuffled(using: &random))
            let functions = try [stage.worker(), stage.worker()]
            let failures = Mutex<[String]>([])
            let working = Mutex(2)
            let killer = Killer(functions, seed: random.next(), every: 4...16) {
                queue.settledDeliveries + stage.mail.calls
            }
            let killing = SystemThread.start { killer.run { working.withLock { $0 > 0 } } }
            concurrently(2) { index in
                defer { working.withLock { $0 -= 1 } }
                do {
                    try functions[index].run(
                        next: { queue.next().map { ($0, events[$0]) } }, settled: { queue.settle($0, $1) })
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            killing?.join()
            try stage.age()
            try stage.deliver(MailStage.schedule)

            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(killer.kills) kills")
            #expect(failures.withLock { $0 }.isEmpty, comment)
            #expect(queue.failures.isEmpty, comment)
            #expect(killer.kills >= 5, comment)
            #expect(try stage.states() == Array(repeating: "sent", count: count), comment)
            let accepted = stage.mail.accepted.map(\.messageID)
            #expect(Set(accepted).count == count, comment)
            #expect(accepted.count - count <= killer.kills, comment)
        }
    }
}
