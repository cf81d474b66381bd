internal import Codecs
internal import Platform

/// Hands an event that was given up to its function once more.
package struct DeadLetterReplay {
    /// What came of it.
    package enum Outcome: Sendable, Equatable {
        /// The function took it, and the file is gone.
        case delivered
        /// It failed again, and the file is still there; `errorType` and `errorMessage`.
        case failed(type: String, message: String)
    }

    private let template: Template
    private let letters: DeadLetters

    package init(_ template: Template, _ letters: DeadLetters) {
        self.template = template
        self.letters = letters
    }

    /// Invokes as its rule or its queue would, and removes the file if the function takes it.
    ///
    /// Throws what keeps the function from being invoked.
    package func run(
        _ letter: DeadLetter,
        invoke: (_ function: String, _ payload: [UInt8]) throws(LocalError) -> InvocationResult
    ) throws(LocalError) -> Outcome {
        let body = Array(letter.payload.compactText.utf8)
        let result: InvocationResult
        let isTaken: Bool
        if let name = letter.origin.queue, let (queue, function) = template.queue(named: name) {
            let now = SystemClock.now()
            let message = QueueBatch.Message(
                body: String(decoding: body, as: UTF8.self), sentAt: now, receives: 1, firstReceivedAt: now)
            let batch = QueueBatch([message], of: queue)
            result = try invoke(function, batch.payload)
            isTaken = batch.failures(result).isEmpty
        } else {
            result = try invoke(letter.function, body)
            isTaken = !result.isFailure
        }
        guard isTaken else { return Self.failure(result) }
        try letters.remove(letter.name)
        return .delivered
    }

    private static func failure(_ result: InvocationResult) -> Outcome {
        guard case .failure(let body) = result.outcome, let tree = try? JSONTree(parsing: body) else {
            return .failed(type: "BatchItemFailure", message: "The function's answer names the message as failed.")
        }
        return .failed(type: tree["errorType"]?.text ?? "", message: tree["errorMessage"]?.text ?? "")
    }
}

extension Template {
    /// The queue that has this name and that a rule or a schedule uses, with the name of the function that reads it.
    package func queue(named name: String) -> (queue: TemplateQueue, function: String)? {
        for target in rules.flatMap(\.targets) + schedules.map(\.target) {
            if let queue = target.queue, queue.name == name { return (queue, target.function) }
        }
        return nil
    }
}
