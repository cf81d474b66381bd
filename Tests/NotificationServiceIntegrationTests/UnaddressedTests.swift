import Codecs
import MailStandIn
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("Mail for a user whose address is not known yet")
struct UnaddressedTests {
    private static let day: Int64 = 86_400_000

    private static func before(_ milliseconds: Int64) -> Timestamp {
        SystemClock.now().advanced(byMilliseconds: -milliseconds)
    }

    private static func tip(_ number: Int, to user: String = "ada", at time: Timestamp = SystemClock.now()) -> [UInt8] {
        TestEvent.transfer(number, "TIP", [(user, 30)], at: time)
    }

    /// A mail that guards an account and names no address.
    private static func warning(_ number: Int, at time: Timestamp = SystemClock.now()) throws -> [UInt8] {
        try TestEvent.auth("PasswordChanged", number: number, at: time)
    }

    /// The keys of what waits, in the order in which it will be sent.
    private func waiting(_ harness: NotificationHarness) throws -> [String] {
        try harness.texts(
            """
            select right(split_part(dedupe_key, ':', 1), 2) || ' ' || template as text from notification.unaddressed
             order by event_at, dedupe_key
            """)
    }

    @Test("81: it waits and is sent once when the address comes, however often and in what order its event does")
    func once() throws {
        try withNotification { harness in
            let tip = Self.tip(7)
            for _ in 0..<3 { #expect(try harness.deliver(tip).member("unaddressed").integer() == 1) }
            #expect(try waiting(harness) == ["07 tip-received"])
            #expect(try harness.runSchedule().member("sent").integer() == 0)
            #expect(harness.mail.calls == 0)
            try harness.deliver(try TestEvent.signedUp(1, locale: "fr"))
            #expect(try harness.runSchedule().member("sent").integer() == 1)
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "tip-received"])
            #expect(harness.mail.accepted.map(\.to) == ["ada@mail.example", "ada@mail.example"])
            #expect(harness.mail.accepted[1].html.contains(#"lang="fr""#))
            #expect(harness.mail.accepted[1].text.contains(TestEvent.id(7).description))
            #expect(try waiting(harness).isEmpty)
            for _ in 0..<2 { #expect(try harness.deliver(tip).member("unaddressed").integer() == 0) }
            try harness.runSchedule()
            #expect(harness.mail.calls == 2)
        }
    }

    @Test("81: delivered again between the sign-up and the schedule, it is sent at once, and not again")
    func between() throws {
        try withNotification { harness in
            try harness.deliver(Self.tip(7))
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.deliver(Self.tip(7))
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "tip-received"])
            try harness.runSchedule()
            #expect(harness.mail.calls == 2)
            #expect(try waiting(harness).isEmpty)
        }
    }

    @Test("a user's mail is sent in the order of its events, whatever the order of their deliveries")
    func order() throws {
        try withNotification { harness in
            let numbers = Array(10..<20)
            let begin = Self.before(60_000)
            for number in numbers.reversed() {
                try harness.deliver(Self.tip(number, at: begin.advanced(byMilliseconds: Int64(number))))
            }
            try harness.deliver(try TestEvent.signedUp(1))
            #expect(try harness.runSchedule().member("sent").integer() == 10)
            let told = harness.mail.accepted.dropFirst().map(\.text)
            for (number, text) in zip(numbers, told) { #expect(text.contains(TestEvent.id(number).description)) }
        }
    }

    @Test("two functions at once, one with the tips and one with the sign-ups, then two schedules: each tip once")
    func concurrent() throws {
        try withNotification { harness in
            let second = try NotificationHarness(harness.database, harness.mail, .quick)
            nonisolated(unsafe) let pair = [harness, second]
            let tips = (0..<12).map { Self.tip($0 + 50, to: "reader-\($0)") }
            let signUps = try (0..<12).map {
                try TestEvent.signedUp($0 + 100, user: "reader-\($0)", address: "reader-\($0)@mail.example")
            }
            concurrently(2) { index in
                for event in index == 0 ? tips + tips : signUps.reversed() {
                    #expect(throws: Never.self) { try unsafe pair[index].deliver(event) }
                }
            }
            concurrently(2) { index in
                #expect(throws: Never.self) { try unsafe pair[index].runSchedule() }
            }
            try harness.runSchedule()
            let told = harness.mail.accepted.filter { $0.template == "tip-received" }.map(\.to)
            #expect(told.sorted() == (0..<12).map { "reader-\($0)@mail.example" }.sorted())
            #expect(try waiting(harness).isEmpty)
        }
    }

    @Test("what guards an account waits for a day from its event on, other mail for a week; then it is given up")
    func worthSending() throws {
        try withNotification { harness in
            let hour: Int64 = 3_600_000
            try harness.deliver(try Self.warning(10, at: Self.before(23 * hour)))
            try harness.deliver(Self.tip(11, at: Self.before(7 * Self.day - hour)))
            try harness.deliver(try Self.warning(12, at: Self.before(25 * hour)))
            try harness.deliver(Self.tip(13, at: Self.before(7 * Self.day + hour)))
            // A clock that is fast makes nothing wait longer.
            try harness.deliver(try Self.warning(14, at: Self.before(-30 * Self.day)))
            #expect(try waiting(harness) == ["0b tip-received", "0a password-changed", "0e password-changed"])
            let isWithinADay: SQL = """
                select (expires_at < clock_timestamp() + interval '25 hours')::text as text from notification.unaddressed
                """
            #expect(try harness.texts(isWithinADay) == ["true", "true", "true"])
            let over: SQL = "update notification.unaddressed set expires_at = clock_timestamp()"
            _ = try harness.database.connect().query(over)
            #expect(try harness.runSchedule().member("expired").integer() == 3)
            #expect(try waiting(harness).isEmpty)
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.runSchedule()
            #expect(harness.mail.accepted.map(\.template) == ["welcome"])
        }
    }

    @Test("what waits for SES after it got its address is given up at the same time as without one")
    func endsInTheQueue() throws {
        try withNotification { harness in
            let time = Self.before(1_000)
            try harness.deliver(try Self.warning(10, at: time))
            let stop = TestEvent.envelope(source: "aws.ses", "Sending Status Disabled", id: "s-1") { _ in }
            try harness.deliver(stop)
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.runSchedule()
            let ends: SQL = """
                select (extract(epoch from expires_at) * 1000)::bigint::text as text from notification.messages
                 where template = 'password-changed' and state = 'queued'
                """
            #expect(try harness.texts(ends) == ["\(time.millisecondsSince1970 + Self.day)"])
            #expect(harness.mail.calls == 0)
        }
    }

    @Test("twenty wait for one user at most, also where two functions keep them at once; others' are not concerned")
    func limit() throws {
        try withNotification { harness in
            let second = try NotificationHarness(harness.database, harness.mail, .quick)
            nonisolated(unsafe) let pair = [harness, second]
            concurrently(2) { index in
                for number in 0..<15 {
                    #expect(throws: Never.self) { try unsafe pair[index].deliver(Self.tip(100 * (index + 1) + number)) }
                }
            }
            #expect(try waiting(harness).count == 20)
            #expect(try harness.deliver(Self.tip(300)).member("unaddressed").integer() == 0)
            #expect(try harness.deliver(Self.tip(301, to: "eve")).member("unaddressed").integer() == 1)
            try harness.deliver(try TestEvent.signedUp(1))
            #expect(try harness.runSchedule().member("sent").integer() == 20)
            // What found no place may be delivered again.
            try harness.deliver(Self.tip(300))
            #expect(harness.mail.accepted.count == 22)
        }
    }

    @Test("a deleted account gets nothing: neither what waited for it nor what comes later")
    func deleted() throws {
        try withNotification { harness in
            try harness.deliver(Self.tip(10))
            try harness.deliver(try TestEvent.signedUp(1, at: Self.before(5_000)))
            try harness.deliver(Self.tip(11))
            let deletion = try TestEvent.auth("AccountDeletionRequested", number: 2, at: Self.before(2_000)) {
                $0.member("purgeAt", Self.before(1_000).millisecondsSince1970)
            }
            try harness.deliver(deletion)
            #expect(try harness.deliver(Self.tip(12)).member("unaddressed").integer() == 1)
            try harness.runSchedule()
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "tip-received", "account-deletion"])
            #expect(try waiting(harness) == ["0a tip-received", "0c tip-received"])
            // A mail that was sent while there was an account does not begin to wait.
            #expect(try harness.deliver(Self.tip(11)).member("unaddressed").integer() == 0)
            #expect(try waiting(harness).count == 2)
        }
    }

    @Test("a suppressed address, and one that is suppressed when it comes, get nothing")
    func suppressed() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp(1, user: "other"))
            try harness.deliver(harness.bounce("Permanent", id: "b-1"))
            try harness.deliver(Self.tip(10))
            try harness.deliver(try TestEvent.signedUp(2))
            #expect(try harness.runSchedule().member("suppressed").integer() == 1)
            #expect(harness.mail.calls == 1)
            #expect(try harness.states() == ["bounced", "suppressed", "suppressed"])
        }
    }

    @Test("what waits stands in the database encrypted, and bound to its row")
    func atRest() throws {
        try withNotification { harness in
            try harness.deliver(TestEvent.transfer(10, "TIP", [("payer-of-the-tip", -30), ("ada", 30)]))
            try harness.deliver(try Self.warning(11))
            let rows = try harness.texts(
                "select u::text || encode(u.event, 'escape') as text from notification.unaddressed u")
            #expect(rows.count == 2)
            for row in rows {
                for word in ["payer-of", "TIP", "PasswordChanged", "amount"] { #expect(!row.contains(word), "\(word)") }
            }
        }
    }

    @Test("a row that nobody can read is given up as failed, and holds up neither the user's other mail nor anybody's")
    func unreadable() throws {
        try withNotification { harness in
            for number in 10...12 { try harness.deliver(Self.tip(number)) }
            // Of another row.
            _ = try harness.database.connect().query(
                """
                update notification.unaddressed u set event = o.event from notification.unaddressed o
                 where u.dedupe_key like '%0a:tip%' and o.dedupe_key like '%0b:tip%'
                """)
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset(20))
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.age()
            let answer = try harness.runSchedule()
            #expect(try answer.member("failed").integer() == 1)
            #expect(try answer.member("sent").integer() == 3)
            #expect(try waiting(harness).isEmpty)
        }
    }

    @Test("where waiting mail cannot be addressed, the queue is sent all the same, and the failure is told")
    func apart() throws {
        try withNotification { harness in
            try harness.deliver(Self.tip(10))
            try harness.deliver(try TestEvent.signedUp(1))
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset(20))
            try harness.age()
            let owner = try harness.database.connect()
            _ = try owner.query("revoke delete on notification.unaddressed from nerdwork_notification")
            #expect(throws: (any Error).self) { try harness.runSchedule() }
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "reset"])
            #expect(try waiting(harness) == ["0a tip-received"])
            _ = try owner.query("grant delete on notification.unaddressed to nerdwork_notification")
            try harness.runSchedule()
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "reset", "tip-received"])
        }
    }
}
