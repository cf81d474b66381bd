package import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

extension EventWorkers {
    /// What came of a replay.
    package enum ReplayOutcome: Sendable, Equatable {
        /// The function took it, and the file is gone.
        case delivered
        /// It failed again, and the file is still there; `errorType` and `errorMessage`.
        case failed(type: String, message: String)
    }

    /// The events that were given up, the latest first; at most that many.
    package func deadLetters(limit: Int = 1_000) -> [DeadLetter] {
        letters.list(limit: limit)
    }

    /// Hands a dead letter to its function once more, and removes the file if that succeeds.
    ///
    /// Throws `.noInput` where there is none with this name, `.unavailable` where it is being replayed already, and what
    /// keeps the function from being invoked.
    package func replay(_ name: String) throws(LocalError) -> ReplayOutcome {
        let letter = try letters.read(name)
        guard replaying.withState({ $0.insert(name).inserted }) else {
            throw LocalError(.unavailable, "\(name) is being replayed already.")
        }
        defer { replaying.withState { _ = $0.remove(name) } }
        let result: InvocationResult
        let isTaken: Bool
        let body = Array(letter.payload.compactText.utf8)
        if let name = letter.origin.queue, let (queue, function) = queue(named: name) {
            let now = SystemClock.now()
            let message = QueueBatch.Message(
                body: String(decoding: body, as: UTF8.self), sentAt: now, receives: 1, firstReceivedAt: now)
            let batch = QueueBatch([message], of: queue)
            result = try invoker.invoke(function, batch.payload, for: .person)
            isTaken = batch.failures(result).isEmpty
        } else {
            result = try invoker.invoke(letter.function, body, for: .person)
            isTaken = !result.isFailure
        }
        guard isTaken else { return Self.failure(result) }
        try letters.remove(name)
        journal.record(
            .delivery(
                Happening.Delivery(
                    source: letter.origin.source, rule: letter.origin.rule, target: letter.function,
                    attempts: letter.attempts + 1, outcome: .delivered)))
        return .delivered
    }

    private static func failure(_ result: InvocationResult) -> ReplayOutcome {
        guard case .failure(let body) = result.outcome, let tree = try? JSONTree(parsing: body) else {
            return .failed(type: "BatchItemFailure", message: "The function's answer names the message as failed.")
        }
        return .failed(type: tree["errorType"]?.text ?? "", message: tree["errorMessage"]?.text ?? "")
    }
}
