import MailStandIn
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("What SES reports is kept and obeyed")
struct ReportTests {
    @Test("85: a hard bounce suppresses the address for all mail, once and for ever")
    func bounce() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            for _ in 0..<3 { try harness.deliver(harness.bounce("Permanent", id: "b-1")) }
            #expect(try harness.states() == ["bounced"])
            #expect(try harness.texts("select reason as text from notification.suppressions") == ["bounce"])
            #expect(try harness.texts("select kind as text from notification.delivery_events") == ["bounced"])
        }
    }

    @Test("87: a reset for a suppressed address is no call of SES and no error")
    func suppressed() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(harness.bounce("Permanent", id: "b-1"))
            let calls = harness.mail.calls
            let answer = try harness.deliver(try TestEvent.reset(2, address: "ADA@mail.example"))
            let mails = try Array(answer.member("mails").elements)
            #expect(try mails.map { try $0.member("state").string() } == ["suppressed"])
            try harness.runSchedule()
            #expect(harness.mail.calls == calls)
            try harness.deliver(try TestEvent.reset(3, address: "bob@mail.example"))
            #expect(harness.mail.calls == calls + 1)
        }
    }

    @Test("85: a message that waits is not sent when its address is suppressed meanwhile")
    func suppressedWhileWaiting() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            let report = harness.bounce("Permanent", id: "b-1")
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset())
            try harness.deliver(report)
            let calls = harness.mail.calls
            try harness.age()
            #expect(try harness.runSchedule().member("suppressed").integer() == 1)
            #expect(harness.mail.calls == calls)
        }
    }

    @Test("85: the third soft bounce in seven days suppresses for seven days; older ones do not count")
    func softBounces() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(harness.bounce("Transient", id: "b-0"))
            _ = try harness.database.connect().query(
                "update notification.delivery_events set occurred_at = occurred_at - interval '8 days'")
            for number in 1...2 { try harness.deliver(harness.bounce("Transient", id: "b-\(number)")) }
            try harness.deliver(harness.bounce("Transient", id: "b-2"))
            #expect(try harness.texts("select reason as text from notification.suppressions").isEmpty)
            try harness.deliver(harness.bounce("Transient", id: "b-3"))
            #expect(try harness.texts("select reason as text from notification.suppressions") == ["soft_bounce"])
            let calls = harness.mail.calls
            try harness.deliver(try TestEvent.reset(2))
            #expect(harness.mail.calls == calls)
            _ = try harness.database.connect().query(
                "update notification.suppressions set ends_at = clock_timestamp() - interval '1 second'")
            try harness.deliver(try TestEvent.reset(3))
            #expect(harness.mail.calls == calls + 1)
        }
    }

    @Test("85: absence notices and doubtful bounces change nothing")
    func unclear() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(harness.bounce("Undetermined", id: "b-1"))
            try harness.deliver(harness.bounce("Permanent", id: "b-2", recipients: []))
            #expect(try harness.states() == ["sent"])
            #expect(try harness.texts("select reason as text from notification.suppressions").isEmpty)
        }
    }

    @Test("85: after a complaint only security mail goes out")
    func complaint() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(
                harness.report("Email Complaint Received") { detail in
                    detail.member("complaint") { complaint in
                        complaint.array("complainedRecipients") { list in
                            list.object { $0.member("emailAddress", "ada@mail.example") }
                        }
                    }
                })
            #expect(try harness.states() == ["complained"])
            let calls = harness.mail.calls
            try harness.deliver(TestEvent.transfer(5, "TIP", [("bob", -50), ("ada", 50)]))
            #expect(harness.mail.calls == calls)
            try harness.deliver(try TestEvent.reset(6))
            #expect(harness.mail.calls == calls + 1)
        }
    }

    @Test("86: a report about a message that we do not know changes nothing")
    func foreign() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            for message in ["01920000-0000-8000-8000-00000000ffff", "x"] {
                let report = harness.report("Email Bounced", message: message) { detail in
                    detail.member("bounce") { bounce in
                        bounce.member("bounceType", "Permanent")
                        bounce.array("bouncedRecipients") {
                            $0.object { $0.member("emailAddress", "ada@mail.example") }
                        }
                    }
                }
                try harness.deliver(report)
            }
            #expect(try harness.states() == ["sent"])
            let kept: SQL = """
                select address_hash::text as text from notification.suppressions
                union all select event_id from notification.delivery_events
                """
            #expect(try harness.texts(kept).isEmpty)
        }
    }

    @Test("81: reports out of order leave the message where the latest would")
    func order() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp())
            try harness.deliver(harness.report("Email Delivered", id: "r-2"))
            try harness.deliver(harness.report("Email Sent", id: "r-1"))
            #expect(try harness.states() == ["delivered"])
            try harness.deliver(harness.report("Email Delivery Delayed", id: "r-3"))
            try harness.deliver(harness.report("Email Rejected", id: "r-4"))
            #expect(try harness.states() == ["failed"])
        }
    }
}
