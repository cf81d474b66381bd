internal import Codecs
internal import LocalRuntimeAPI

/// What SES puts on the default bus about a mail, in AWS's documented form.
struct MailEvents {
    let account: TemplateMail

    /// Only those that the mail's configuration set asks for; without a set there are none, as in AWS.
    func events(of mail: SentMail) -> [BusEvent] {
        guard let set = mail.configurationSet, let wanted = account.configurationSets[set] else { return [] }
        let fate = MailFate(receiver: mail.to.first ?? "")
        return fate.events.filter { wanted.contains(MailEventKind.canonical($0.rawValue)) }.map { kind in
            BusEvent(
                bus: EventBusName.default, id: LocalInvocation.newRequestID(), source: "aws.ses",
                detailType: kind.detailType, time: mail.sentAt,
                resources: ["arn:aws:ses:us-east-1:123456789012:configuration-set/\(set)"],
                detail: Self.detail(kind, fate, mail, set))
        }
    }

    private static func detail(
        _ kind: MailEventKind, _ fate: MailFate, _ mail: SentMail, _ set: String
    ) -> JSONTree {
        .object([
            .init(name: "eventType", value: .string(kind.eventType)),
            .init(name: "mail", value: Self.mail(mail, set)),
            .init(name: kind.rawValue, value: outcome(kind, fate, mail)),
        ])
    }

    private static func mail(_ mail: SentMail, _ set: String) -> JSONTree {
        let from = JSONTree.array([.string(mail.from)])
        let to = JSONTree.array(mail.to.map { .string($0) })
        let headers = [("From", mail.from), ("To", mail.to.joined(separator: ", ")), ("Subject", mail.subject)]
        return .object([
            .init(name: "timestamp", value: .string(RFC3339.format(mail.sentAt))),
            .init(name: "source", value: .string(mail.from)),
            .init(name: "sendingAccountId", value: .string("123456789012")),
            .init(name: "messageId", value: .string(mail.messageID)), .init(name: "destination", value: to),
            .init(name: "headersTruncated", value: .bool(false)),
            .init(name: "headers", value: .array((headers + mail.headers.map { ($0.name, $0.value) }).map(header))),
            .init(
                name: "commonHeaders",
                value: .object([
                    .init(name: "from", value: from), .init(name: "to", value: to),
                    .init(name: "messageId", value: .string(mail.messageID)),
                    .init(name: "subject", value: .string(mail.subject)),
                ])),
            .init(name: "tags", value: tags(mail, set)),
        ])
    }

    private static func header(_ name: String, _ value: String) -> JSONTree {
        .object([.init(name: "name", value: .string(name)), .init(name: "value", value: .string(value))])
    }

    /// SES's own tags and the mail's; each value is a list.
    private static func tags(_ mail: SentMail, _ set: String) -> JSONTree {
        let domain = mail.from.split(separator: "@").last.map { $0.filter { $0 != ">" } } ?? ""
        let own = [("ses:configuration-set", set), ("ses:from-domain", String(domain)), ("ses:source-ip", "127.0.0.1")]
        return .object(
            (own + mail.tags.map { ($0.name, $0.value) }).map { .init(name: $0.0, value: .array([.string($0.1)])) })
    }

    private static func outcome(_ kind: MailEventKind, _ fate: MailFate, _ mail: SentMail) -> JSONTree {
        let time = JSONTree.Member(name: "timestamp", value: .string(RFC3339.format(mail.sentAt)))
        let feedback = JSONTree.Member(name: "feedbackId", value: .string("\(mail.messageID)-feedback"))
        switch kind {
        case .send: return .object([])
        case .delivery:
            return .object([
                time, .init(name: "processingTimeMillis", value: .number("7")),
                .init(name: "recipients", value: .array(mail.to.map { .string($0) })),
                .init(name: "smtpResponse", value: .string("250 2.6.0 Message received")),
                .init(name: "remoteMtaIp", value: .string("127.0.0.1")),
                .init(name: "reportingMTA", value: .string("local.smtp-out.amazonses.com")),
            ])
        case .bounce: return .object(bounce(fate, mail) + [time, feedback])
        case .complaint:
            let complainers = mail.to.map { receiver(address: $0, more: []) }
            return .object([
                time, feedback, .init(name: "complaintSubType", value: .null),
                .init(name: "complainedRecipients", value: .array(complainers)),
                .init(name: "complaintFeedbackType", value: .string("abuse")),
                .init(name: "userAgent", value: .string("Amazon SES Mailbox Simulator")),
            ])
        }
    }

    /// Type, kind and receivers of a bounce (SES developer guide, "Bounce types").
    private static func bounce(_ fate: MailFate, _ mail: SentMail) -> [JSONTree.Member] {
        let isAbsence = fate == .answered
        let diagnosis = "smtp; 550 5.1.1 user unknown"
        let failed: [(String, String)] =
            isAbsence ? [] : [("action", "failed"), ("status", "5.1.1"), ("diagnosticCode", diagnosis)]
        let kind = fate == .suppressed ? "Suppressed" : "General"
        return [
            .init(name: "bounceType", value: .string(isAbsence ? "Transient" : "Permanent")),
            .init(name: "bounceSubType", value: .string(kind)),
            .init(name: "bouncedRecipients", value: .array(mail.to.map { receiver(address: $0, more: failed) })),
            .init(name: "reportingMTA", value: .string("dsn; local.smtp-out.amazonses.com")),
        ]
    }

    private static func receiver(address: String, more: [(String, String)]) -> JSONTree {
        .object(([("emailAddress", address)] + more).map { .init(name: $0.0, value: .string($0.1)) })
    }
}
