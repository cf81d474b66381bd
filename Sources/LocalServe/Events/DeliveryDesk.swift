internal import Codecs
internal import LocalPlatform

/// What waits for its function, and what is at one: decides what is done next, and by itself does nothing.
///
/// Every function has a line of its own, so that a slow one does not keep the others waiting.
struct DeliveryDesk {
    /// What a worker does next.
    enum Job: Sendable {
        case delivery(WaitingDelivery)
        case batch([WaitingMessage], queue: String)
    }

    private struct Queue {
        let template: TemplateQueue
        let function: String
        var messages: [WaitingMessage] = []
    }

    private var lines: [String: DueHeap<WaitingDelivery>] = [:]
    private var queues: [String: Queue] = [:]
    private var busy: [String: Int] = [:]
    /// What workers have, by the number of their job.
    private var running: [Int: Job] = [:]
    private var lastJob = 0
    /// Most jobs of one function at a time.
    private let perFunction: Int
    /// Nothing is handed out any more.
    var isStopping = false
    /// Counts changes of what waits.
    private(set) var changes = 0

    init(perFunction: Int) {
        self.perFunction = max(1, perFunction)
    }

    /// Deliveries and messages that wait or are at a function.
    var count: Int {
        lines.values.reduce(0) { $0 + $1.count } + queues.values.reduce(0) { $0 + $1.messages.count }
            + running.values.reduce(0) { $0 + $1.count }
    }

    mutating func add(_ delivery: WaitingDelivery, due: Timestamp) {
        lines[delivery.function, default: DueHeap()].insert(delivery, due: due)
        changes += 1
    }

    mutating func add(_ message: WaitingMessage, to queue: TemplateQueue, of function: String) {
        queues[queue.name, default: Queue(template: queue, function: function)].messages.append(message)
        changes += 1
    }

    /// The next job, with the number that it is given back with.
    mutating func take(at now: Timestamp) -> (number: Int, job: Job)? {
        guard !isStopping, let job = nextDelivery(now) ?? nextBatch(now) else { return nil }
        lastJob += 1
        running[lastJob] = job
        busy[function(of: job), default: 0] += 1
        return (lastJob, job)
    }

    /// Ends a job; what is not added again is done with.
    mutating func finish(_ number: Int) {
        guard let job = running.removeValue(forKey: number) else { return }
        busy[function(of: job), default: 1] -= 1
        changes += 1
    }

    /// When something becomes due that is not yet; nil where nothing does.
    func nextMoment(after now: Timestamp) -> Timestamp? {
        let lines = lines.values.compactMap(\.earliest)
        let messages = queues.values.flatMap { queue in
            queue.messages.map { $0.visibleAt > now ? $0.visibleAt : Self.patience(queue.template, $0) }
        }
        return (lines + messages).filter { $0 > now }.min()
    }

    /// Everything that waits or is at a function, for the next start.
    var contents: Contents {
        var contents = Contents()
        for line in lines.values { contents.deliveries += line.all.map { ($0.due, $0.element) } }
        for queue in queues.values { contents.messages += queue.messages.map { (queue.template.name, $0) } }
        for job in running.values {
            switch job {
            case .delivery(let delivery): contents.deliveries.append((delivery.takenAt, delivery))
            case .batch(let batch, let queue): contents.messages += batch.map { (queue, $0) }
            }
        }
        contents.deliveries.sort { $0.due < $1.due }
        return contents
    }

    struct Contents {
        var deliveries: [(due: Timestamp, delivery: WaitingDelivery)] = []
        var messages: [(queue: String, message: WaitingMessage)] = []
        /// Of the buses, which no rule has been applied to.
        var events: [BusEvent] = []

        var count: Int { deliveries.count + messages.count + events.count }
    }

    private mutating func nextDelivery(_ now: Timestamp) -> Job? {
        var first: (function: String, due: Timestamp)?
        for (function, line) in lines where busy[function, default: 0] < perFunction {
            guard let due = line.earliest, due <= now, first.map({ due < $0.due }) ?? true else { continue }
            first = (function, due)
        }
        return first.flatMap { lines[$0.function]?.pop(at: now) }.map(Job.delivery)
    }

    private mutating func nextBatch(_ now: Timestamp) -> Job? {
        for (name, queue) in queues where busy[queue.function, default: 0] < limit(of: queue) {
            guard Self.isReady(queue.template, queue.messages, now) else { continue }
            var batch: [WaitingMessage] = []
            var rest: [WaitingMessage] = []
            for message in queue.messages {
                if message.visibleAt <= now, batch.count < queue.template.batchSize {
                    batch.append(message)
                } else {
                    rest.append(message)
                }
            }
            for index in batch.indices {
                batch[index].message.receives += 1
                batch[index].message.firstReceivedAt = batch[index].message.firstReceivedAt ?? now
            }
            queues[name]?.messages = rest
            return .batch(batch, queue: name)
        }
        return nil
    }

    private func limit(of queue: Queue) -> Int {
        min(perFunction, queue.template.maximumConcurrency ?? perFunction)
    }

    /// Whether there is a batch: it is full, or its first message has waited as long as the mapping lets it.
    private static func isReady(_ queue: TemplateQueue, _ messages: [WaitingMessage], _ now: Timestamp) -> Bool {
        let visible = messages.filter { $0.visibleAt <= now }
        return visible.count >= queue.batchSize || visible.contains { patience(queue, $0) <= now }
    }

    /// Until when a message waits for others to fill its batch.
    private static func patience(_ queue: TemplateQueue, _ message: WaitingMessage) -> Timestamp {
        message.visibleAt.advanced(byMilliseconds: Int64(queue.batchingSeconds) * 1000)
    }

    private func function(of job: Job) -> String {
        switch job {
        case .delivery(let delivery): delivery.function
        case .batch(_, let queue): queues[queue]?.function ?? ""
        }
    }
}

extension DeliveryDesk.Job {
    fileprivate var count: Int {
        switch self {
        case .delivery: 1
        case .batch(let messages, _): messages.count
        }
    }
}
