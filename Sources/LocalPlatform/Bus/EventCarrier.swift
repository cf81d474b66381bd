/// Carries events from the buses to the functions whose rules match, as long as there are any.
struct EventCarrier {
    let template: Template
    let bus: EventBus
    let deadLetters: DeadLetters

    /// How many times in a row events may cause further events.
    static let maximumRounds = 8

    typealias Invoke = (_ function: String, _ payload: [UInt8]) throws(LocalError) -> InvocationResult

    /// Delivers until the buses stay empty.
    ///
    /// - Parameters:
    ///   - sweep: called when the buses are empty; may put on them what waits elsewhere.
    ///   - delivered: told each event once its receivers have had it.
    func run(
        invoke: Invoke, sweep: () throws(LocalError) -> Void, delivered: (Delivery) -> Void
    ) throws(LocalError) {
        for _ in 0..<Self.maximumRounds {
            var events = bus.take()
            if events.isEmpty {
                try sweep()
                events = bus.take()
            }
            if events.isEmpty { return }
            for event in events { delivered(Delivery(event: event, receipts: try deliver(event, invoke))) }
        }
        throw LocalError(.software, "Events cause events without end; stopped after \(Self.maximumRounds) rounds.")
    }

    private func deliver(_ event: BusEvent, _ invoke: Invoke) throws(LocalError) -> [Delivery.Receipt] {
        var receipts: [Delivery.Receipt] = []
        let envelope = event.envelope
        for rule in template.rules where rule.bus == event.bus && rule.pattern.matches(envelope) {
            for target in rule.targets { receipts.append(try deliver(envelope, to: target, invoke)) }
        }
        return receipts
    }

    /// Invokes as Lambda does for events: again after a function error, then the dead letters.
    private func deliver(
        _ envelope: JSONTree, to target: TemplateTarget, _ invoke: Invoke
    ) throws(LocalError) -> Delivery.Receipt {
        let function = try template.function(named: target.function)
        let payload = target.input.map { Array($0.utf8) } ?? Array(envelope.compactText.utf8)
        var attempts: [InvocationResult] = []
        repeat {
            attempts.append(try invoke(target.function, payload))
        } while attempts.last?.isFailure == true && attempts.count <= function.maximumRetryAttempts
        guard attempts.last?.isFailure == true else {
            return Delivery.Receipt(function: target.function, attempts: attempts, deadLetter: nil)
        }
        let kept = (try? JSONTree(parsing: payload)) ?? envelope
        return Delivery.Receipt(
            function: target.function, attempts: attempts,
            deadLetter: try deadLetters.keep(kept, of: function, attempts))
    }
}
