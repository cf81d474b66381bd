internal import Codecs
internal import Platform
import Testing

@testable internal import LocalPlatform

@Suite("SES's SendEmail, played locally")
struct SendEmailTests {
    private func body(
        from: String = "Nerdwork+ <no-reply@mail.nerdwork.example>", to: [String] = ["reader@example.org"],
        subject: String = #"{"Data":"Welcome, Zoé","Charset":"UTF-8"}"#,
        text: String = #"{"Data":"Hello Zoé","Charset":"UTF-8"}"#, headers: String = "[]",
        tags: String = #"[{"Name":"template","Value":"welcome"},{"Name":"message_id","Value":"m-1"}]"#,
        set: String = "nerdwork-security", more: String = ""
    ) -> String {
        """
        {"FromEmailAddress":"\(from)","Destination":{"ToAddresses":[\(to.map { "\"\($0)\"" }.joined(separator: ","))]},
        "Content":{"Simple":{"Subject":\(subject),"Body":{"Text":\(text),"Html":{"Data":"<p>Zoé</p>","Charset":"UTF-8"}},
        "Headers":\(headers)}},"EmailTags":\(tags),"ConfigurationSetName":"\(set)"\(more)}
        """
    }

    private func send(_ body: String, _ fixture: LocalAWSFixture) throws -> AWSCaller.Answer {
        let (caller, endpoint) = try fixture.caller("notification")
        defer { endpoint.stop() }
        return try caller.send(.sendEmail(body))
    }

    @Test("Writes the mail's files for their owner alone, and answers its id")
    func files() throws {
        let fixture = try LocalAWSFixture()
        for _ in 1...2 { #expect(try send(body(headers: #"[{"Name":"X-Ref","Value":"r-1"}]"#), fixture).status == 200) }
        let mails = try fixture.aws.mailbox.all()
        try #require(mails.count == 2)
        #expect(Set(mails.map(\.path)).count == 2)
        let mail = mails[0]
        #expect(mail.path.contains(/\/mail\/\d{8}T\d{6}Z-welcome-\d$/), "\(mail.path)")
        #expect(mail.to == ["reader@example.org"])
        #expect(mail.subject == "Welcome, Zoé")
        #expect(mail.tags == [.init(name: "template", value: "welcome"), .init(name: "message_id", value: "m-1")])
        for path in [mail.messagePath, mail.pagePath, mail.textPath, mail.summaryPath] {
            #expect(Files.status(of: path)?.st_mode == S_IFREG | 0o600, "\(path)")
        }
        #expect(try fixture.aws.mailbox.text(of: mail) == "Hello Zoé")
        #expect(String(decoding: try Files.read(mail.pagePath), as: UTF8.self) == "<p>Zoé</p>")
        let message = String(decoding: try Files.read(mail.messagePath), as: UTF8.self)
        for line in ["To: reader@example.org\r\n", "X-Ref: r-1\r\n", "Hello Zo=C3=A9"] {
            #expect(message.contains(line), "\(line)")
        }
    }

    @Test(
        "Puts on the default bus what becomes of the mail",
        arguments: [
            ("reader@example.org", ["Email Sent", "Email Delivered"]),
            ("success@simulator.amazonses.com", ["Email Sent", "Email Delivered"]),
            ("bounce+7@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
            ("suppressionlist@simulator.amazonses.com", ["Email Sent", "Email Bounced"]),
            ("complaint@simulator.amazonses.com", ["Email Sent", "Email Delivered", "Email Complaint Received"]),
            ("ooto@simulator.amazonses.com", ["Email Sent", "Email Delivered", "Email Bounced"]),
        ])
    func outcome(address: String, types: [String]) throws {
        let fixture = try LocalAWSFixture()
        let answer = try send(body(to: [address]), fixture)
        let events = fixture.aws.bus.take()
        #expect(events.map(\.detailType) == types)
        for event in events {
            #expect(event.bus == "default")
            #expect(event.source == "aws.ses")
            #expect(event.detail["mail"]?["messageId"] == answer.body["MessageId"])
            #expect(event.detail["mail"]?["tags"]?["message_id"] == .array([.string("m-1")]))
            #expect(event.detail["mail"]?["tags"]?["ses:configuration-set"] == .array([.string("nerdwork-security")]))
        }
        if types.last == "Email Bounced" {
            let isAbsence = address.hasPrefix("ooto")
            #expect(events.last?.detail["bounce"]?["bounceType"]?.text == (isAbsence ? "Transient" : "Permanent"))
            #expect(
                events.last?.detail["bounce"]?["bouncedRecipients"]?.elements.first?["emailAddress"]?.text == address)
        }
    }

    @Test("A configuration set without a destination tells nothing, as in AWS")
    func silent() throws {
        let fixture = try LocalAWSFixture()
        #expect(try send(body(set: "nerdwork-silent"), fixture).status == 200)
        #expect(fixture.aws.bus.take().isEmpty)
    }

    @Test("Refuses what SES refuses, with its names, and writes nothing")
    func refused() throws {
        let fixture = try LocalAWSFixture()
        let cases: [(String, Int, String)] = [
            (body(from: "no-reply@evil.example"), 400, "MessageRejected"),
            (body(from: "no-reply@notmail.nerdwork.example"), 400, "MessageRejected"),
            (body(from: "nobody"), 400, "BadRequestException"),
            (body(to: []), 400, "BadRequestException"),
            (body(to: Array(repeating: "a@example.org", count: 51)), 400, "BadRequestException"),
            (body(to: ["zoé@example.org"]), 400, "BadRequestException"),
            (body(to: [#"a@example.org\r\nBcc: b@example.org"#]), 400, "BadRequestException"),
            (body(subject: "null"), 400, "BadRequestException"),
            (body(text: #"{"Data":"Zoé"}"#), 400, "BadRequestException"),
            (body(headers: #"[{"Name":"X-A","Value":"a\r\nb"}]"#), 400, "BadRequestException"),
            (body(headers: #"[{"Name":"Subject","Value":"x"}]"#), 400, "BadRequestException"),
            (body(headers: #"[{"Name":"X-A","Value":"1"},{"Name":"x-a","Value":"2"}]"#), 400, "BadRequestException"),
            (body(headers: headers(16)), 400, "BadRequestException"),
            (body(tags: #"[{"Name":"a b","Value":"x"}]"#), 400, "BadRequestException"),
            (body(tags: #"[{"Name":"a","Value":""}]"#), 400, "BadRequestException"),
            (body(set: "other"), 404, "NotFoundException"),
            (body(more: #","ReplyToAddresses":["a@example.org"]"#), 400, "BadRequestException"),
        ]
        for (body, status, error) in cases {
            let answer = try send(body, fixture)
            #expect(answer.status == status, "\(body)")
            #expect(answer.error == error, "\(body)")
        }
        #expect(fixture.refusals.count == cases.count)
        #expect(try fixture.aws.mailbox.all().isEmpty)
        #expect(fixture.aws.bus.take().isEmpty)
    }

    private func headers(_ count: Int) -> String {
        "[\((1...count).map { #"{"Name":"X-\#($0)","Value":"x"}"# }.joined(separator: ","))]"
    }
}
