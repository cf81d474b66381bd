/// Carries events from the buses to the functions whose rules match, one after the other, as long as there are any.
///
/// For commands that end. `invoke-local serve` does it with several threads and with Lambda's delays (`EventWorkers`);
/// matching, inputs, batches, retries and dead letters are the same code.
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

    /// What waits in one queue, with the places of the events that it came of.
    private struct Queued {
        let queue: TemplateQueue
        let function: String
        var messages: [(body: [UInt8], origin: DeadLetters.Origin)] = []
        var places: [Int] = []
    }

    /// Each event to its targets; what goes through a queue is delivered in batches, after the others.
    private func deliver(
        _ events: [BusEvent], _ invoke: Invoke, _ delivered: (Delivery) -> Void
    ) throws(LocalError) {
        let router = EventRouter(template)
        var receipts = [[Delivery.Receipt]](repeating: [], count: events.count)
        var queues: [Queued] = []
        for (place, event) in events.enumerated() {
            var waits = false
            for route in router.route(event).routes {
                let origin = DeadLetters.Origin(source: event.id, rule: route.rule, queue: route.target.queue?.name)
                guard let queue = route.target.queue else {
                    receipts[place].append(try deliver(route, origin, invoke))
                    continue
                }
                waits = true
                let known = queues.firstIndex { $0.queue.arn == queue.arn } ?? queues.count
                if known == queues.count { queues.append(Queued(queue: queue, function: route.target.function)) }
                queues[known].messages.append((route.payload, origin))
                queues[known].places.append(place)
            }
            if !waits { delivered(Delivery(event: event, receipts: receipts[place])) }
        }
        for queued in queues {
            let reader = QueueReader(
                queue: queued.queue, function: try template.function(named: queued.function), deadLetters: deadLetters)
            let own = try reader.deliver(queued.messages, invoke)
            for (place, receipt) in zip(queued.places, own) { receipts[place].append(receipt) }
        }
        for place in Set(queues.flatMap(\.places)).sorted() {
            delivered(Delivery(event: events[place], receipts: receipts[place]))
        }
    }

    /// Invokes as Lambda does for events, without its delays: again after a function error, then the dead letters.
    private func deliver(
        _ route: EventRouter.Route, _ origin: DeadLetters.Origin, _ invoke: Invoke
    ) throws(LocalError) -> Delivery.Receipt {
        let function = try template.function(named: route.target.function)
        let retry = AsynchronousRetry(seconds: 0)
        var attempts: [InvocationResult] = []
        while true {
            let result = try invoke(function.name, route.payload)
            attempts.append(result)
            let step = retry.step(
                after: result.isFailure ? .failed : .succeeded, failures: attempts.count, throttles: 0,
                ageMilliseconds: 0, of: function)
            switch step {
            case .done: return Delivery.Receipt(function: function.name, attempts: attempts, deadLetter: nil)
            case .again: continue
            case .givenUp:
                return Delivery.Receipt(
                    function: function.name, attempts: attempts,
                    deadLetter: try deadLetters.keep(route.payload, of: function, attempts, origin))
            }
        }
    }
}
