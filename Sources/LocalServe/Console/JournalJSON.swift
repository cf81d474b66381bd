internal import Codecs
internal import LocalPlatform
internal import StrictJSON

/// Entries of the journal as the page reads them.
enum JournalJSON {
    /// Of each invocation: more would only be scrolled past.
    static let maximumLines = 200
    static let maximumCharacters = 4_000

    static func write(_ entry: Journal.Entry, to object: inout JSONObjectWriter) {
        object.member("n", entry.number)
        object.member("t", entry.time.millisecondsSince1970)
        switch entry.happening {
        case .request(let request): write(request, to: &object)
        case .invocation(let invocation): write(invocation, to: &object)
        case .event(let event): write(event, to: &object)
        case .delivery(let delivery): write(delivery, to: &object)
        case .mail(let mail, let function): write(mail, function, to: &object)
        case .refusal(let function, let operation, let type, let message):
            object.member("kind", "refusal")
            object.member("function", function)
            object.member("operation", operation)
            object.member("type", type)
            object.member("message", message)
        case .note(let text):
            object.member("kind", "note")
            object.member("text", text)
        }
    }

    private static func write(_ request: Happening.Request, to object: inout JSONObjectWriter) {
        object.member("kind", "request")
        object.member("id", request.id)
        object.member("method", request.method)
        object.member("path", request.path)
        object.member("route", request.route)
        object.member("function", request.function)
        object.member("status", request.status)
        object.member("us", request.microseconds)
    }

    private static func write(_ invocation: Happening.Invocation, to object: inout JSONObjectWriter) {
        let report = invocation.report
        object.member("kind", "invocation")
        object.member("function", invocation.function)
        object.member("cause") { write(invocation.cause, to: &$0) }
        object.member("requestId", report.requestID)
        object.member("us", report.durationMicroseconds)
        object.member("initUs", report.initMicroseconds)
        object.member("billedMs", report.billedMilliseconds)
        object.member("memoryMB", report.memoryMegabytes)
        object.member("peakMB", report.peakMemoryMegabytes)
        object.member("status", report.status)
        object.member("errorType", invocation.errorType)
        object.member("log", lines(invocation.log))
    }

    private static func lines(_ log: [String]) -> [String] {
        var lines = log.prefix(maximumLines).map { line in
            line.utf8.count <= maximumCharacters ? line : "\(line.prefix(maximumCharacters)) …"
        }
        if log.count > maximumLines { lines.append("… and \(log.count - maximumLines) more lines") }
        return lines
    }

    private static func write(_ cause: InvocationCause, to object: inout JSONObjectWriter) {
        let (kind, id): (String, String?) =
            switch cause {
            case .request(let id): ("request", id)
            case .event(let id): ("event", id)
            case .schedule(let name): ("schedule", name)
            case .queue(let name): ("queue", name)
            case .person: ("person", nil)
            }
        object.member("kind", kind)
        object.member("id", id)
    }

    private static func write(_ event: Happening.Event, to object: inout JSONObjectWriter) {
        object.member("kind", "event")
        object.member("id", event.event.id)
        object.member("bus", event.event.bus)
        object.member("source", event.event.source)
        object.member("type", event.event.detailType)
        object.member("rules", event.rules)
        object.member("detail", event.event.detail)
    }

    private static func write(_ delivery: Happening.Delivery, to object: inout JSONObjectWriter) {
        object.member("kind", "delivery")
        object.member("source", delivery.source)
        object.member("rule", delivery.rule)
        object.member("target", delivery.target)
        object.member("attempts", delivery.attempts)
        var (outcome, retry, file): (String, Int64?, String?) = ("delivered", nil, nil)
        switch delivery.outcome {
        case .delivered: break
        case .retrying(let time): (outcome, retry) = ("retrying", time.millisecondsSince1970)
        case .deadLetter(let name): (outcome, file) = ("dead", name)
        }
        object.member("outcome", outcome)
        object.member("retryAt", retry)
        object.member("file", file)
    }

    private static func write(_ mail: StoredMail, _ function: String, to object: inout JSONObjectWriter) {
        object.member("kind", "mail")
        object.member("id", mail.consoleID)
        object.member("subject", mail.subject)
        object.member("to", mail.to)
        object.member("from", mail.from)
        object.member("template", mail.template)
        object.member("function", function)
    }
}
