import Codecs
import MailStandIn
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import NotificationService

/// List J of the attacks: what may happen to an event, to SES and to the reports.
@Suite("Mail goes out once")
struct OnceTests {
    @Test("81: the same event ten times, out of order and by two functions at once, is one mail")
    func once() throws {
        try withNotification { harness in
            let second = try NotificationHarness(harness.database, harness.mail, .quick)
            let events = try (0..<10).map { try TestEvent.signedUp(envelope: "copy-\($0)") }
            // Handlers belong to one thread each.
            nonisolated(unsafe) let pair = [harness, second]
            concurrently(2) { index in
                for event in index == 0 ? events : events.reversed() {
                    #expect(throws: Never.self) { try unsafe pair[index].deliver(event) }
                }
            }
            #expect(harness.mail.accepted.count == 1)
            #expect(harness.mail.calls == 1)
            #expect(try harness.states() == ["sent"])
            #expect(try harness.runSchedule().member("sent").integer() == 0)
        }
    }

    @Test("what SES gets is the template's mail, for the right address, with what its reports need")
    func content() throws {
        try withNotification { harness in
            try harness.deliver(try TestEvent.signedUp(locale: "fr-CI"))
            let mail = try #require(harness.mail.accepted.first)
            #expect(mail.to == "ada@mail.example")
            #expect(mail.from == "Nerdwork+ <no-reply@mail.nerdwork.example>")
            #expect(mail.template == "welcome")
            #expect(mail.configurationSet == "nw-product")
            #expect(mail.html.contains(#"lang="fr""#))
            #expect(mail.html.contains("Ada Obi") && mail.text.contains("Ada Obi"))
            #expect(mail.headers["Auto-Submitted"] == "auto-generated")
            #expect(mail.headers["X-Entity-Ref-ID"] == mail.messageID)
            #expect(mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
            let link = try #require(mail.headers["List-Unsubscribe"])
            #expect(link.hasPrefix("<https://api.nerdwork.example/notifications/unsubscribe/"))

            try harness.deliver(try TestEvent.reset())
            let reset = try #require(harness.mail.accepted.last)
            #expect(reset.configurationSet == "nw-security")
            #expect(reset.headers["List-Unsubscribe"] == nil)
            #expect(reset.text.contains("https://nerdwork.example/"))
            #expect(reset.text.contains("#token=a-token-that-is-secret-0123456789"))
        }
    }

    @Test("a name full of markup and line breaks is inert in mail, and no header holds it")
    func injection() throws {
        try withNotification { harness in
            let name = "<img src=x onerror=alert(1)>\r\nBcc: x@evil.example {{7*7}} www.evil.example"
            try harness.deliver(try TestEvent.signedUp(name: name))
            let mail = try #require(harness.mail.accepted.first)
            #expect(!mail.html.contains("<img src=x"))
            #expect(!mail.subject.utf8.contains(10) && !mail.subject.contains("Bcc"))
            for (name, value) in mail.headers {
                #expect(value.utf8.allSatisfy { (0x20...0x7E).contains($0) } && value.utf8.count <= 995, "\(name)")
                #expect(!value.contains("evil"))
            }
            #expect(mail.headers.count <= 15)
            #expect(!mail.text.contains("www.evil.example"))
        }
    }

    @Test("mail to a mailbox that nobody has proven yet holds nothing that a person wrote")
    func unproven() throws {
        try withNotification { harness in
            let personal = [
                ("address", "victim@mail.example"), ("token", "token-0123456789"), ("name", "Buy at evil.example"),
            ]
            try harness.deliver(
                try TestEvent.auth("EmailVerificationRequested", userID: nil, personal: personal) {
                    $0.member("signupId", "s-1")
                    $0.member("expiresAt", Int64(4_000_000_000_000))
                    $0.member("name", "Buy at evil.example")
                })
            let mail = try #require(harness.mail.accepted.first)
            #expect(mail.template == "verify")
            #expect(!(mail.subject + mail.text + mail.html + "\(mail.headers)").lowercased().contains("evil"))
            #expect(!(mail.text + mail.html).contains("Buy at"))
        }
    }

    @Test("no address, name or token stands in the database in clear, and nothing at all once the mail is sent")
    func atRest() throws {
        try withNotification { harness in
            harness.mail.script(
                .refuse(429, "TooManyRequestsException"), .refuse(429, "TooManyRequestsException"),
                .refuse(429, "TooManyRequestsException"))
            try harness.deliver(try TestEvent.reset())
            try harness.deliver(try TestEvent.signedUp())
            let rows = try harness.texts(
                """
                select m::text || encode(coalesce(m.content, ''), 'escape') as text from notification.messages m
                union all
                select r::text || encode(r.address, 'escape') from notification.recipients r
                """)
            #expect(rows.count == 3)
            for row in rows {
                for word in ["ada@", "Ada", "mail.example", "a-token"] { #expect(!row.contains(word), "\(word)") }
            }
            let waiting: SQL = "select state as text from notification.messages where content is not null"
            #expect(try harness.texts(waiting) == ["queued"])
            try harness.age()
            try harness.runSchedule()
            #expect(try harness.texts(waiting).isEmpty)
        }
    }

    @Test("81: two clean audits in one week are one digest, and both answers name it")
    func digest() throws {
        try withNotification { harness in
            let ids = try [1, 2].map { number in
                let event = TestEvent.envelope(source: "nerdwork.ledger", "LedgerAuditCompleted", id: "l-\(number)") {
                    $0.member("id", TestEvent.id(number).description)
                    $0.member("occurredAt", 1_795_252_080_000 + number)
                    $0.member("digest") { digest in
                        digest.member("supply", "-12345678901234567890123456789")
                        digest.member("rewardsPerDay", [String]())
                        digest.member("topAccounts", [String]())
                    }
                }
                let mail = try #require(try Array(harness.deliver(event).member("mails").elements).first)
                return try mail.member("messageId").string()
            }
            #expect(ids[0] == ids[1])
            #expect(harness.mail.accepted.map(\.messageID) == [ids[0]])
        }
    }
}
