internal import LocalPlatform
internal import Synchronization

/// Tells a person, on the console, what functions do and what comes of it; keeps the mail for `--json`.
///
/// Mail and refused calls come from the threads that serve AWS, everything else from the main one.
final class Narrator: Sendable {
    let console: Console
    private let printsResults: Bool
    private let kept = Mutex<[StoredMail]>([])

    /// - Parameter printsResults: false where one JSON object follows at the end.
    init(_ console: Console, printsResults: Bool) {
        self.console = console
        self.printsResults = printsResults
    }

    /// What functions have sent so far.
    var mails: [StoredMail] { kept.withLock { $0 } }

    func begin(_ function: String, _ event: String, _ number: Int, of count: Int) {
        console.note(count == 1 ? "\(function) ← \(event)" : "\(function) ← \(event) (\(number) of \(count))", .bold)
    }

    func remark(_ text: String) {
        console.note(text, .red)
    }

    func tell(_ result: InvocationResult) {
        guard printsResults else { return }
        switch result.outcome {
        case .response(let body):
            console.result(EventFile.readable(body))
            if let (status, content) = EventFile.httpAnswer(body) {
                console.note("HTTP \(status)", status < 400 ? .green : .red)
                console.note("  " + content)
            }
        case .failure(let body):
            console.note("The function ended with an error:", .red)
            console.result(EventFile.readable(body))
        }
    }

    func tell(_ delivery: Delivery) {
        let event = delivery.event
        let receivers = delivery.receipts.map { "\($0.function)\($0.isFailure ? " (failed)" : "")" }
        let to = receivers.isEmpty ? "no rule matches" : receivers.joined(separator: ", ")
        console.note("event \(event.source) \(event.detailType) → \(to)", .green)
        // What SES tells of a mail repeats the mail.
        let mail = event.source == "aws.ses" ? event.detail["mail"]?["destination"] : nil
        console.note("  " + (mail ?? Self.readable(event.detail)).pretty(indentation: 2))
        for receipt in delivery.receipts { tell(receipt) }
    }

    /// A sealed part is long, and says nothing to anybody.
    private static func readable(_ detail: JSONTree) -> JSONTree {
        guard case .object(let members) = detail else { return detail }
        return .object(
            members.map { $0.name == "sealed" ? .init(name: $0.name, value: .string("…")) : $0 })
    }

    private func tell(_ receipt: Delivery.Receipt) {
        for (number, attempt) in receipt.attempts.enumerated() {
            guard case .failure(let body) = attempt.outcome else { continue }
            console.note("\(receipt.function) failed, attempt \(number + 1) of \(receipt.attempts.count):", .red)
            console.note("  " + EventFile.readable(body))
        }
        if let path = receipt.deadLetter { console.note("The event was given up; it is kept in \(path)", .red) }
    }

    func tell(_ notice: AWSNotice) {
        switch notice {
        case .mail(let mail, let function):
            kept.withLock { $0.append(mail) }
            console.note("mail \(function) → \(mail.to.joined(separator: ", ")): \(mail.subject)", .green)
            let text = (try? Files.read(mail.textPath)) ?? []
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
                console.note(line.isEmpty ? "  |" : "  | \(line)")
            }
            console.note("  \(mail.pagePath)", .faint)
        case .refused(let function, let operation, let type, let message):
            console.note("\(function) called \(operation) and was refused: \(type): \(message)", .red)
        }
    }
}
