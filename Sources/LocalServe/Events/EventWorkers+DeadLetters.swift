package import LocalPlatform
internal import LocalRuntimeAPI

extension EventWorkers {
    package typealias ReplayOutcome = DeadLetterReplay.Outcome

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
        let outcome = try DeadLetterReplay(template, letters).run(letter) {
            (function, payload) throws(LocalError) in try invoker.invoke(function, payload, for: .person)
        }
        guard outcome == .delivered else { return outcome }
        journal.record(
            .delivery(
                Happening.Delivery(
                    source: letter.origin.source, rule: letter.origin.rule, target: letter.function,
                    attempts: letter.attempts + 1, outcome: .delivered)))
        return outcome
    }
}
