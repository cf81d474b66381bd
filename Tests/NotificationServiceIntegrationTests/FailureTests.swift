import Codecs
import LambdaRuntime
import MailStandIn
import Platform
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("SES fails in every way")
struct FailureTests {
    @Test("83: SES that asks to come back later is asked again after a pause, and no mail is lost or doubled")
    func throttled() throws {
        var policy = SendingPolicy()
        policy.firstBackOff = 120_000
        try withNotification(policy) { harness in
            let refusal = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(refusal, refusal, refusal)
            try harness.deliver(try TestEvent.reset())
            #expect(try harness.states() == ["queued"])
            let wait = try harness.database.connect().query(
                "select extract(epoch from due_at - clock_timestamp())::integer as wait, last_error from notification.messages"
            ).only()
            // Half of the jitter's range.
            #expect((50...60).contains(try wait.decode("wait", as: Int32.self)))
            #expect(try wait.decode("last_error", as: String.self) == "TooManyRequests")
            try harness.runSchedule()
            #expect(try harness.states() == ["queued"])
            try harness.age()
            try harness.runSchedule()
            #expect(try harness.states() == ["sent"])
            #expect(harness.mail.accepted.count == 1)
        }
    }

    @Test(
        "83: a refused mail goes to the dead letters, and no later delivery asks SES again",
        arguments: ["MessageRejected", "BadRequestException"])
    func refused(code: String) throws {
        try withNotification { harness in
            harness.mail.script(.refuse(400, code))
            let event = try TestEvent.reset()
            for _ in 0..<3 { #expect(try harness.failure(of: event) == "Function.MailRejected") }
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.calls == 1)
            #expect(try harness.states() == ["failed"])
        }
    }

    @Test(
        "83: a suspension stops the queue, one probe looks now and then, and then everything goes out",
        arguments: [
            "SendingPausedException", "AccountSuspendedException", "LimitExceededException",
            "MailFromDomainNotVerifiedException",
        ])
    func suspended(code: String) throws {
        try withNotification { harness in
            let no = MailStandIn.Step.refuse(400, code)
            harness.mail.script(no, no, no, no, no, no)
            try harness.deliver(try TestEvent.reset(2))
            let afterFirst = harness.mail.calls
            for number in 3...5 { try harness.deliver(try TestEvent.reset(number)) }
            try harness.runSchedule()
            #expect(harness.mail.calls == afterFirst)
            #expect(try harness.states() == ["queued", "queued", "queued", "queued"])
            #expect(
                try harness.texts("select reason as text from notification.sending where reason is not null") == [
                    String(code.dropLast(9))
                ])

            let due: SQL =
                "update notification.sending set next_probe_at = clock_timestamp() where paused_at is not null"
            _ = try harness.database.connect().query(due)
            let answer = try harness.runSchedule()
            #expect(try answer.member("paused").bool())
            #expect(harness.mail.calls > afterFirst && harness.mail.accepted.isEmpty)
            try harness.runSchedule()

            harness.mail.script(.accept)
            _ = try harness.database.connect().query(due)
            let last = try harness.runSchedule()
            #expect(try last.member("sent").integer() == 4)
            #expect(try !last.member("paused").bool())
            #expect(harness.mail.accepted.count == 4)
        }
    }

    @Test("83: a stop of product mail holds up no security mail, and neither does a probe of it")
    func streams() throws {
        try withNotification { harness in
            harness.mail.script(.refuse(400, "SendingPausedException"))
            try harness.deliver(try TestEvent.signedUp(1))
            try harness.deliver(try TestEvent.reset(2))
            #expect(harness.mail.accepted.map(\.template) == ["reset"])
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset(3))
            try harness.age()
            // Security mail that waited goes first; product mail waits for its probe, which is refused again.
            #expect(try harness.runSchedule().member("sent").integer() == 1)
            #expect(harness.mail.accepted.map(\.template) == ["reset", "reset"])
            let due: SQL =
                "update notification.sending set next_probe_at = clock_timestamp() where paused_at is not null"
            _ = try harness.database.connect().query(due)
            harness.mail.script(.refuse(400, "SendingPausedException"))
            #expect(try harness.runSchedule().member("paused").bool())
            try harness.deliver(try TestEvent.reset(4))
            #expect(harness.mail.accepted.map(\.template) == ["reset", "reset", "reset"])
            _ = try harness.database.connect().query(due)
            #expect(try !harness.runSchedule().member("paused").bool())
            #expect(harness.mail.accepted.last?.template == "welcome")
        }
    }

    @Test("83: SES's word about one configuration set stops the mail of that set, any other word stops all")
    func namedSet() throws {
        try withNotification { harness in
            func tell(_ detailType: String, _ resources: String, id: String) throws {
                let event = TestEvent.envelope(source: "aws.ses", detailType, id: id) { _ in }
                let text = String(decoding: event, as: UTF8.self)
                try harness.deliver(
                    Array(text.replacing(#""resources":[]"#, with: #""resources":[\#(resources)]"#).utf8))
            }
            let stopped: SQL =
                "select stream as text from notification.sending where paused_at is not null order by stream"
            let set = #""arn:aws:ses:us-east-1:123456789012:configuration-set/nw-product""#
            try tell("Sending Status Disabled", set, id: "s-1")
            #expect(try harness.texts(stopped) == ["product"])
            try tell("Sending Status Disabled", #""arn:aws:ses:us-east-1:123456789012:identity/x.example""#, id: "s-2")
            #expect(try harness.texts(stopped) == ["product", "security"])
            try tell("Sending Status Enabled", set, id: "s-3")
            #expect(try harness.texts(stopped) == ["security"])
        }
    }

    @Test("83: the other mails of an event do not ask again once SES has stopped their stream")
    func stoppedBetween() throws {
        try withNotification { harness in
            let no = MailStandIn.Step.refuse(400, "AccountSuspendedException")
            harness.mail.script(no, no)
            try harness.deliver(
                try TestEvent.auth(
                    "EmailChanged", personal: [("newAddress", "new@mail.example"), ("oldAddress", "old@mail.example")]))
            #expect(harness.mail.calls == 1)
            #expect(try harness.states() == ["queued", "queued"])
            harness.mail.script(.accept)
            _ = try harness.database.connect().query(
                "update notification.sending set next_probe_at = clock_timestamp() where paused_at is not null")
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 2)
        }
    }

    @Test("83: mail that ended during a suspension uses up no probe")
    func probeMeetsDeadMail() throws {
        try withNotification { harness in
            harness.mail.script(.refuse(400, "AccountSuspendedException"))
            for number in 2...4 { try harness.deliver(try TestEvent.reset(number)) }
            _ = try harness.database.connect().query(
                """
                update notification.messages set expires_at = clock_timestamp(), due_at = created_at
                 where message_id in (select message_id from notification.messages order by created_at limit 2)
                """)
            _ = try harness.database.connect().query(
                "update notification.sending set next_probe_at = clock_timestamp() where paused_at is not null")
            let answer = try harness.runSchedule()
            #expect(try answer.member("expired").integer() == 2)
            #expect(try answer.member("sent").integer() == 1)
            #expect(try !answer.member("paused").bool())
        }
    }

    @Test(
        "82: any report on a message proves that SES has it, so that nothing is sent again",
        arguments: ["Email Delivery Delayed", "Email Bounced"])
    func anyReportSettles(detailType: String) throws {
        try withNotification { harness in
            harness.mail.script(.acceptAndCut)
            try harness.deliver(try TestEvent.reset())
            try harness.deliver(
                detailType == "Email Bounced"
                    ? harness.bounce("Undetermined", id: "b-1") : harness.report(detailType))
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 1)
            #expect(try harness.states() == ["sent"])
        }
    }

    @Test("a link that ends in the year 9999 keeps no message waiting for ever")
    func endlessLink() throws {
        try withNotification { harness in
            let no = MailStandIn.Step.refuse(429, "TooManyRequestsException")
            harness.mail.script(no, no, no)
            try harness.deliver(try TestEvent.reset(endsIn: 200_000_000_000_000))
            let isBounded: SQL = """
                select (expires_at <= clock_timestamp() + interval '8 days')::text as text from notification.messages
                """
            #expect(try harness.texts(isBounded) == ["true"])
        }
    }

    @Test("83: SES's own word about its sending status stops the queue and lets it go on")
    func sendingStatus() throws {
        try withNotification { harness in
            try harness.deliver(TestEvent.envelope(source: "aws.ses", "Sending Status Disabled", id: "s-1") { _ in })
            try harness.deliver(try TestEvent.reset())
            #expect(harness.mail.calls == 0)
            try harness.deliver(TestEvent.envelope(source: "aws.ses", "Sending Status Enabled", id: "s-2") { _ in })
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 1)
        }
    }

    @Test(
        "82: where SES may have the mail, nothing is sent again before the lease ends, and SES's report settles it",
        arguments: [
            MailStandIn.Step.acceptInSilence, .acceptAndCut, .acceptAndBabble, .refuse(500, "InternalFailure"),
        ])
    func unknown(step: MailStandIn.Step) throws {
        try withNotification { harness in
            harness.mail.script(step, step, step)
            let event = try TestEvent.reset()
            try harness.deliver(event, milliseconds: 3_500)
            guard try harness.states() == ["sending"] else {
                // A failure of which SES says that it did nothing.
                #expect(try harness.states() == ["queued"] && harness.mail.accepted.isEmpty)
                return
            }
            harness.mail.script(.accept)
            try harness.deliver(event)
            try harness.runSchedule()
            #expect(harness.mail.accepted.count <= 1)
            guard let mail = harness.mail.accepted.first else { return }
            try harness.deliver(harness.report("Email Sent", message: mail.messageID))
            #expect(try harness.states() == ["sent"])
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 1)
        }
    }

    @Test("82: without a report the mail is sent again after the lease: once more, never lost")
    func leaseEnds() throws {
        try withNotification { harness in
            harness.mail.script(.acceptAndCut)
            try harness.deliver(try TestEvent.reset())
            #expect(try harness.states() == ["sending"])
            try harness.age()
            try harness.runSchedule()
            #expect(try harness.states() == ["sent"])
            #expect(harness.mail.accepted.count == 2)
            #expect(Set(harness.mail.accepted.map(\.messageID)).count == 1)
        }
    }

    @Test("82: answers that are lost again and again make copies ever more rarely, not one with each lease")
    func leasesGrow() throws {
        try withNotification { harness in
            let cut = MailStandIn.Step.acceptAndCut
            harness.mail.script(cut, cut, cut, cut)
            try harness.deliver(try TestEvent.signedUp())
            for minutes: Int32 in [5, 10, 20, 40] {
                let wait: Int32 = try harness.database.connect().query(
                    "select ceil(extract(epoch from due_at - clock_timestamp()) / 60)::integer as wait from notification.messages"
                ).only().decode("wait")
                // The test itself may take some of them.
                #expect(((minutes - 3)...minutes).contains(wait))
                try harness.age()
                try harness.runSchedule()
            }
            #expect(harness.mail.accepted.count == 5)
            #expect(try harness.states() == ["sent"])
        }
    }

    @Test("82: a connection that is cut before SES has read anything, or refused, loses nothing")
    func cutBefore() throws {
        try withNotification { harness in
            harness.mail.script(.cut, .cut, .cut, .cut)
            try harness.deliver(try TestEvent.reset())
            #expect(["queued", "sending"].contains(try harness.states().first))
            harness.mail.script(.accept)
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 1)

            let (descriptor, port) = try silentListener()
            close(descriptor)
            let cutOff = try NotificationHarness(
                harness.database, harness.mail, .quick, endpoint: "http://127.0.0.1:\(port)")
            try cutOff.deliver(try TestEvent.reset(3))
            #expect(
                try harness.texts("select state as text from notification.messages where state <> 'sent'") == ["queued"]
            )
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.accepted.count == 2)
        }
    }

    @Test("a link that has ended is not sent, neither with its event nor after waiting")
    func expired() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.reset(2, endsIn: -1_000))
            #expect(try harness.states() == ["expired"])
            harness.mail.script(
                .refuse(429, "TooManyRequestsException"), .refuse(429, "TooManyRequestsException"),
                .refuse(429, "TooManyRequestsException"))
            try harness.deliver(try TestEvent.reset(3))
            let calls = harness.mail.calls
            _ = try harness.database.connect().query(
                "update notification.messages set expires_at = clock_timestamp() where state = 'queued'")
            try harness.age()
            try harness.runSchedule()
            #expect(harness.mail.calls == calls)
            #expect(try harness.states() == ["expired", "expired"])
        }
    }

    @Test("a stale sender's outcome changes nothing once another holds the lease")
    func fencing() throws {
        try withNotification { harness in
            let gate = Gate()
            harness.mail.script(.acceptAndHold(gate))
            nonisolated(unsafe) let slow = harness
            let event = try TestEvent.reset()
            let thread = SystemThread.start(stackBytes: 8 << 20) { _ = try? unsafe slow.deliver(event) }
            #expect(gate.waitUntilReached())
            _ = try harness.database.connect().query(
                "update notification.messages set lease_id = gen_random_uuid(), attempts = 2")
            gate.open()
            thread?.join()
            #expect(try harness.states() == ["sending"])
        }
    }
}
