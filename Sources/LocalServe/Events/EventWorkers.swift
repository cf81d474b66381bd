package import Codecs
package import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// Delivers what is put on the buses, as EventBridge, Amazon SQS and Lambda's queue for asynchronous invocations do.
///
/// Each event goes to the targets of the rules that match; several at a time, each function with a line of its own. A
/// function error is tried again with Lambda's delays in a smaller measure, and in the end kept as a dead letter. What
/// waits is in a file as well (`.nerdwork/waiting-events.json`), and is taken up at the next start.
package final class EventWorkers: Sendable {
    package struct Options: Sendable {
        /// Seconds before a second attempt, 60 in AWS; the other delays are in proportion.
        package var retrySeconds: Double
        /// Most invocations at a time, of all functions and of one.
        package var workers: Int
        package var perFunction: Int
        /// More deliveries than that make events wait on their bus, where in the end they are refused.
        package var capacity: Int

        package init(retrySeconds: Double = 1, workers: Int = 12, perFunction: Int = 6, capacity: Int = 10_000) {
            self.retrySeconds = retrySeconds
            self.workers = workers
            self.perFunction = perFunction
            self.capacity = capacity
        }
    }

    let template: Template
    let invoker: any FunctionInvoker
    let journal: Journal
    let letters: DeadLetters
    let retry: AsynchronousRetry
    let floor: DeliveryFloor
    private let bus: EventBus
    private let router: EventRouter
    private let keeper: WaitingKeeper
    /// Names of dead letters that are just being replayed.
    let replaying = Monitor<Set<String>>([])

    /// - Parameters:
    ///   - folder: `.nerdwork` of the project.
    ///   - invoker: may be called by several threads at a time.
    package init(
        template: Template, bus: EventBus, invoker: any FunctionInvoker, journal: Journal, folder: String,
        options: Options = Options()
    ) {
        self.template = template
        self.bus = bus
        self.invoker = invoker
        self.journal = journal
        letters = DeadLetters(folder: folder)
        retry = AsynchronousRetry(seconds: options.retrySeconds)
        router = EventRouter(template)
        floor = DeliveryFloor(
            workers: options.workers, perFunction: options.perFunction, capacity: options.capacity)
        keeper = WaitingKeeper(file: WaitingFile(folder: folder), floor: floor, bus: bus, journal: journal)
    }

    /// Takes up what waited when the stack was stopped, and begins.
    ///
    /// Throws `.data` where the file of waiting events is none.
    package func start() throws(LocalError) {
        let contents = try keeper.file.load()
        try takeUp(contents)
        keeper.takenUp()
        if contents.count > 0 { journal.record(.note("\(contents.count) events wait since the last time.")) }
        if retry.seconds != AsynchronousRetry.secondsInAWS {
            journal.record(
                .note("Failed events are tried again after \(retry.seconds) seconds; in AWS it is a minute."))
        }
        try floor.start { [self] in perform($0, $1) }
        try floor.run { [self] in routeEvents() }
        try floor.run { [self] in keeper.keep() }
    }

    /// Begins nothing more; what is at a function goes on.
    ///
    /// From now on a failure is no attempt: the function may have been stopped with the stack.
    package func halt() {
        floor.halt()
        keeper.halt()
    }

    /// Waits for the invocations that go on, and keeps what is not delivered for the next start; after `halt`.
    package func finish() {
        floor.join()
        keeper.save()
    }

    /// Waits until nothing is left on the buses, in lines or at functions; false when the time is up.
    package func waitUntilIdle(milliseconds: Int64) -> Bool {
        floor.waitUntilIdle(milliseconds: milliseconds) { bus.events.isEmpty }
    }

    /// How many deliveries wait or are at a function.
    package var waiting: Int { floor.withDesk { $0.count } }

    /// Puts an event on the template's own bus, as another service of the product would; returns its id.
    package func put(source: String, detailType: String, detail: JSONTree) throws(LocalError) -> String {
        let event = try template.event(source: source, detailType: detailType, detail: detail)
        guard bus.put(event) else { throw LocalError(.unavailable, "Too many events wait on the bus.") }
        return event.id
    }

    /// Hands a schedule's run to its function's line.
    package func enqueue(_ schedule: TemplateSchedule, at time: Timestamp) {
        let execution = LocalInvocation.newRequestID()
        add(
            schedule.target, schedule.payload(at: time, execution: execution), .schedule, source: schedule.name,
            rule: schedule.name)
    }

    private func takeUp(_ contents: DeliveryDesk.Contents) throws(LocalError) {
        for event in contents.events where !bus.put(event) {
            throw LocalError(.software, "More events wait since the last time than the bus takes.")
        }
        for (due, delivery) in contents.deliveries { floor.withDesk { $0.add(delivery, due: due) } }
        for (name, message) in contents.messages {
            guard let (queue, function) = template.queue(named: name) else {
                throw LocalError(.data, "Events wait in the queue \(name), which template.json no longer has.")
            }
            floor.withDesk { $0.add(message, to: queue, of: function) }
        }
    }

    private func routeEvents() {
        while floor.waitForRoom() {
            let events = bus.first(100, waitingMilliseconds: 200)
            for event in events {
                let routing = router.route(event)
                journal.record(.event(Happening.Event(event: event, rules: routing.rules)))
                for route in routing.routes {
                    add(route.target, route.payload, .event, source: event.id, rule: route.rule)
                }
                // Whoever is subscribed to a topic is not on this machine.
                for (rule, topic) in routing.topics { record(event.id, rule, topic) }
            }
            bus.remove(events.count)
        }
    }

    private func record(_ event: String, _ rule: String, _ topic: String) {
        journal.record(
            .delivery(
                Happening.Delivery(source: event, rule: rule, target: topic, attempts: 1, outcome: .delivered)))
    }

    private func add(
        _ target: TemplateTarget, _ payload: [UInt8], _ kind: WaitingDelivery.Kind, source: String, rule: String
    ) {
        let now = SystemClock.now()
        let origin = DeadLetters.Origin(source: source, rule: rule, queue: target.queue?.name)
        guard let queue = target.queue else {
            let delivery = WaitingDelivery(
                kind: kind, origin: origin, function: target.function, payload: payload, takenAt: now)
            return floor.withDesk { $0.add(delivery, due: now) }
        }
        let message = QueueBatch.Message(body: String(decoding: payload, as: UTF8.self), sentAt: now)
        let waiting = WaitingMessage(origin: origin, kind: kind, message: message, visibleAt: now)
        floor.withDesk { $0.add(waiting, to: queue, of: target.function) }
    }
}
