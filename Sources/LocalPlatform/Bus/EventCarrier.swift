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
            try deliver(events, invoke, delivered)
        }
        throw LocalError(.software, "Events cause events without end; stopped after \(Self.maximumRounds) rounds.")
    }

    /// Each event to its targets; what goes through a queue is delivered in batches, after the others.
    private func deliver(
        _ events: [BusEvent], _ invoke: Invoke, _ delivered: (Delivery) -> Void
    ) throws(LocalError) {
        var receipts = [[Delivery.Receipt]](repeating: [], count: events.count)
        var queued: [(target: TemplateTarget, queue: TemplateQueue, places: [Int])] = []
        for (place, event) in events.enumerated() {
            let envelope = event.envelope
            var waits = false
            for target in targets(of: event, envelope) {
                if let queue = target.queue {
                    waits = true
                    if let known = queued.firstIndex(where: { $0.queue.arn == queue.arn }) {
                        queued[known].places.append(place)
                    } else {
                        queued.append((target, queue, [place]))
                    }
                } else {
                    receipts[place].append(try deliver(envelope, to: target, invoke))
                }
            }
            if !waits { delivered(Delivery(event: event, receipts: receipts[place])) }
        }
        for (target, queue, places) in queued {
            let reader = QueueReader(
                queue: queue, function: try template.function(named: target.function), deadLetters: deadLetters)
            let own = try reader.deliver(places.map { events[$0].envelope }, invoke)
            for (place, receipt) in zip(places, own) { receipts[place].append(receipt) }
        }
        for place in Set(queued.flatMap(\.places)).sorted() {
            delivered(Delivery(event: events[place], receipts: receipts[place]))
        }
    }

    private func targets(of event: BusEvent, _ envelope: JSONTree) -> [TemplateTarget] {
        template.rules.filter { $0.bus == event.bus && $0.pattern.matches(envelope) }.flatMap(\.targets)
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
