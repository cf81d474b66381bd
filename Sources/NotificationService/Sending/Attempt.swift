import AWSClient
import Codecs
import LambdaRuntime
import Logging
import Mail
import PostgresClient

/// A message that this process holds the lease of.
struct Attempt: Sendable {
    let id: UUID
    let lease: UUID
    let template: String
    let purpose: MailPurpose
    /// How many attempts there were, this one included.
    let number: Int
    let content: MessageContent
}

extension NotificationService {
    /// Hands the message to SES and writes down what came of it.
    ///
    /// Death before the call leaves the message to the next lease, death after it to the report of SES or, without
    /// one, to the next lease as well: the only case in which a mail may come twice.
    func send(_ attempt: Attempt, _ context: InvocationContext) throws -> SendOutcome {
        let outcome: SendOutcome
        do {
            outcome = .accepted(sesMessageID: try client.sendEmail(email(attempt), call: context.awsCall))
        } catch {
            outcome = SendOutcome(error)
        }
        log(outcome, attempt, context.logger)
        let settlement = Settlement.after(outcome, attempts: attempt.number, policy: policy, random: random())
        var statements = [MessageStore.settle(attempt.id, lease: attempt.lease, as: settlement)]
        if case .stopped(let reason) = outcome {
            statements.append(
                SendingStore.pause(
                    [SendingStream(of: attempt.purpose)], reason: reason, probeAfter: policy.probeInterval))
        }
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { try $0.pipeline(statements) }
        return outcome
    }

    private func email(_ attempt: Attempt) -> OutgoingEmail {
        let content = attempt.content
        return OutgoingEmail(
            from: settings.sender.text, to: content.to, subject: content.subject, text: content.text,
            html: content.html,
            // Keeps mail programs from folding mails with the same subject into one.
            headers: content.headers.map { ($0.name, $0.value) } + [("X-Entity-Ref-ID", attempt.id.description)],
            tags: [("template", attempt.template), (DeliveryReport.tag, attempt.id.description)],
            configurationSet: settings.configurationSet(for: SendingStream(of: attempt.purpose)))
    }

    private func log(_ outcome: SendOutcome, _ attempt: Attempt, _ logger: Logger) {
        let (level, words, code): (Logger.Level, Logger.Message, String?) =
            switch outcome {
            case .accepted: (.info, "mail handed to SES", nil)
            case .stopped(let code): (.error, "SES takes no mail of this stream from us: its queue stops", code)
            case .refused(let code): (.error, "SES refuses a mail", code)
            case .throttled(let code): (.warning, "SES asks to send more slowly", code)
            case .notSent(let code): (.warning, "a mail could not be handed to SES", code)
            case .unknown(let code): (.warning, "a mail may or may not have reached SES", code)
            }
        var metadata: Logger.Metadata = [
            "messageId": "\(attempt.id)", "template": "\(attempt.template)", "attempt": "\(attempt.number)",
        ]
        if let code { metadata["code"] = "\(code)" }
        logger.log(level: level, words, metadata: metadata)
    }
}
