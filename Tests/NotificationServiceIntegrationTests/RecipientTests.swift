import Codecs
import LambdaRuntime
import MailStandIn
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("Who gets mail, and who may ask for it")
struct RecipientTests {
    @Test("events without an address find it in our own table; an unknown user's mail waits, and the others get theirs")
    func lookUp() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp(1, locale: "fr"))
            try harness.deliver(try TestEvent.auth("PasswordChanged", number: 2, locale: "fr"))
            #expect(harness.mail.accepted.map(\.to) == ["ada@mail.example", "ada@mail.example"])
            let tip = TestEvent.transfer(3, "TIP", [("payer", -50), ("stranger", 20), ("ada", 30)])
            for _ in 0..<2 { #expect(try harness.deliver(tip).member("unaddressed").integer() == 1) }
            #expect(harness.mail.accepted.map(\.template) == ["welcome", "password-changed", "tip-received"])
            #expect(harness.mail.accepted[2].html.contains(#"lang="fr""#))
            try harness.deliver(try TestEvent.signedUp(4, user: "stranger", address: "s@mail.example"))
            #expect(try harness.deliver(tip).member("unaddressed").integer() == 0)
            #expect(harness.mail.accepted.map(\.to).last == "s@mail.example")
            #expect(harness.mail.accepted.count == 5)
        }
    }

    @Test("81: an older event never overwrites the address of a newer one")
    func order() throws {
        try withNotification { harness in
            let now = SystemClock.now()
            try harness.deliver(
                try TestEvent.auth(
                    "EmailChanged", number: 2, at: now,
                    personal: [("newAddress", "new@mail.example"), ("oldAddress", "old@mail.example")]))
            try harness.deliver(
                try TestEvent.signedUp(1, address: "old@mail.example", at: now.advanced(byMilliseconds: -1)))
            try harness.deliver(try TestEvent.auth("PasswordChanged", number: 3))
            #expect(harness.mail.accepted.last?.to == "new@mail.example")
            #expect(
                harness.mail.accepted.map(\.to).sorted() == [
                    "new@mail.example", "new@mail.example", "old@mail.example", "old@mail.example",
                ])
        }
    }

    @Test("a deleted account's address goes at the time of its deletion, old messages and reports after 90 days")
    func purge() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(harness.report("Email Delivered"))
            let purgeAt = SystemClock.now().advanced(byMilliseconds: -1_000)
            try harness.deliver(
                try TestEvent.auth("AccountDeletionRequested", number: 2) {
                    $0.member("purgeAt", purgeAt.millisecondsSince1970)
                })
            #expect(harness.mail.accepted.last?.template == "account-deletion")
            try harness.runSchedule()
            #expect(try harness.texts("select user_id as text from notification.recipients").isEmpty)
            #expect(try harness.states().count == 2)
            let connection = try harness.database.connect()
            _ = try connection.query("update notification.messages set finished_at = finished_at - interval '91 days'")
            _ = try connection.query(
                "update notification.delivery_events set recorded_at = recorded_at - interval '91 days'")
            try harness.runSchedule()
            #expect(try harness.states().isEmpty)
            #expect(try harness.texts("select event_id as text from notification.delivery_events").isEmpty)
        }
    }

    @Test("81: a deletion stays one whatever older event arrives after it, and the address goes at its time")
    func deletionOutOfOrder() throws {
        try withNotification { harness in
            let now = SystemClock.now()
            let deletion = { (number: Int, personal: [(String, String)]) in
                try TestEvent.auth("AccountDeletionRequested", number: number, at: now, personal: personal) {
                    $0.member("purgeAt", now.advanced(byMilliseconds: -1).millisecondsSince1970)
                }
            }
            let before = { now.advanced(byMilliseconds: -$0) }
            // The change of address comes late.
            try harness.deliver(try TestEvent.signedUp(1, at: before(2_000)))
            try harness.deliver(try deletion(2, []))
            try harness.deliver(
                try TestEvent.auth(
                    "EmailChanged", number: 3, at: before(1_000),
                    personal: [("newAddress", "new@mail.example"), ("oldAddress", "ada@mail.example")]))
            try harness.runSchedule()
            #expect(try harness.texts("select user_id as text from notification.recipients").isEmpty)
            // Even the sign-up comes late.
            try harness.deliver(try deletion(4, [("address", "ada@mail.example")]))
            try harness.deliver(try TestEvent.signedUp(5, at: before(2_000)))
            try harness.runSchedule()
            #expect(try harness.texts("select user_id as text from notification.recipients").isEmpty)
        }
    }

    @Test("a change of address that says no language keeps the reader's")
    func localeStays() throws {
        try withNotification { harness in
            try harness.deliver(
                try TestEvent.signedUp(1, locale: "fr", at: SystemClock.now().advanced(byMilliseconds: -9)))
            let change = try TestEvent.auth(
                "EmailChanged", number: 2,
                personal: [("newAddress", "new@mail.example"), ("oldAddress", "ada@mail.example")])
            try harness.deliver(
                Array(String(decoding: change, as: UTF8.self).replacing(#""locale":"en","#, with: "").utf8))
            try harness.deliver(TestEvent.transfer(3, "TIP", [("ada", 30)]))
            #expect(harness.mail.accepted.last?.to == "new@mail.example")
            #expect(harness.mail.accepted.last?.html.contains(#"lang="fr""#) == true)
        }
    }

    @Test("84: a forged or foreign event ends in the dead letters and sends nothing")
    func forged() throws {
        try withNotification { harness in
            let personal = [("address", "ada@mail.example")]
            let foreign = try TestEvent.auth(
                "PasswordChanged", secret: String(repeating: "x", count: 64), personal: personal)
            #expect(try harness.failure(of: foreign) == "Function.SealInvalid")

            // A seal of ours, moved into another event.
            let sealed = String(decoding: try TestEvent.auth("PasswordChanged", personal: personal), as: UTF8.self)
            let moved = sealed.replacing(TestEvent.id(1).description, with: TestEvent.id(9).description)
            #expect(try harness.failure(of: Array(moved.utf8)) == "Function.SealInvalid")
            let garbled = sealed.replacing("\"sealed\":\"", with: "\"sealed\":\"!")
            #expect(try harness.failure(of: Array(garbled.utf8)) == "Function.SealInvalid")

            let otherSource = sealed.replacing("nerdwork.auth", with: "evil.auth")
            #expect(try harness.failure(of: Array(otherSource.utf8)) == "Function.UnknownEvent")
            let otherVersion = sealed.replacing("\"version\":1", with: "\"version\":2")
            #expect(try harness.failure(of: Array(otherVersion.utf8)) == "Function.UnsupportedVersion")
            let long = try TestEvent.auth("PasswordChanged", userID: String(repeating: "u", count: 256 << 10))
            #expect(try harness.failure(of: long) == "Function.MalformedEvent")
            #expect(harness.mail.calls == 0)
            #expect(try harness.states().isEmpty)
        }
    }

    @Test("84: members that nobody knows are left aside")
    func unknownMembers() throws {
        try withNotification { harness in
            try harness.deliver(
                try TestEvent.auth("PasswordChanged", personal: [("address", "ada@mail.example"), ("x", "y")]) {
                    $0.member("future") { $0.member("a", 1) }
                })
            #expect(harness.mail.accepted.count == 1)
        }
    }

    @Test("our own secret may be rotated: waiting mail, addresses, suppressions and links stay what they are")
    func ownRotation() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.deliver(try TestEvent.signedUp(2, user: "bob", address: "bob@mail.example"))
            try harness.deliver(harness.bounce("Permanent", id: "b-1"))
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset(3))
            for turn in 1...2 {
                harness.mail.rotate("notification", to: String(repeating: "\(turn)", count: 64))
                // A process that was there before goes on, a new one takes the new secret.
                let fresh = try NotificationHarness(harness.database, harness.mail, .quick)
                for (number, process) in [(turn * 10, harness), (turn * 10 + 1, fresh)] {
                    try process.deliver(try TestEvent.auth("PasswordChanged", number: number))
                    #expect(harness.mail.accepted.last?.to == "ada@mail.example")
                    let answer = try process.deliver(try TestEvent.reset(number + 2, address: "bob@mail.example"))
                    let mail = try #require(try Array(answer.member("mails").elements).first)
                    #expect(try mail.member("state").string() == "suppressed")
                }
                try harness.age()
                try fresh.runSchedule()
                #expect(harness.mail.accepted.filter { $0.template == "reset" }.count == 1)
            }
        }
    }

    @Test("a secret that was rotated twice behind our back is an error, and no mail is lost by it")
    func lostSecret() throws {
        try withNotification { harness in
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset())
            for turn in 1...2 { harness.mail.rotate("notification", to: String(repeating: "\(turn)", count: 64)) }
            let fresh = try NotificationHarness(harness.database, harness.mail, .quick)
            try harness.age()
            #expect(throws: FunctionError.self) { try fresh.runSchedule() }
            #expect(try harness.states() == ["queued"])
            try harness.runSchedule()
            #expect(try harness.states() == ["sent"])
        }
    }

    @Test("two first invocations at once agree on one key")
    func firstKey() throws {
        try withNotification { harness in
            let second = try NotificationHarness(harness.database, harness.mail, .quick)
            nonisolated(unsafe) let pair = [harness, second]
            concurrently(2) { index in
                #expect(throws: Never.self) { try unsafe pair[index].deliver(try TestEvent.reset(index + 2)) }
            }
            #expect(harness.mail.accepted.count == 2)
            let hashes: SQL = "select distinct encode(address_hash, 'hex') as text from notification.messages"
            #expect(try harness.texts(hashes).count == 1)
        }
    }

    @Test("the sealing secret may be rotated: what was sealed before and after still opens")
    func rotation() throws {
        try withNotification { harness in
            let old = try TestEvent.auth("PasswordChanged", number: 1, personal: [("address", "ada@mail.example")])
            let older = try TestEvent.auth("PasswordChanged", number: 3, personal: [("address", "ada@mail.example")])
            try harness.deliver(old)
            let secret = String(repeating: "n", count: 64)
            harness.mail.rotate("seal", to: secret)
            let fresh = try NotificationHarness(harness.database, harness.mail, .quick)
            let new = try TestEvent.auth(
                "PasswordChanged", number: 2, secret: secret, personal: [("address", "ada@mail.example")])
            try fresh.deliver(new)
            try fresh.deliver(older)
            #expect(harness.mail.accepted.count == 3)
        }
    }
}
