internal import Codecs
internal import Platform

/// Reads a queue as Lambda's event source mapping does, but one batch after the other and without waiting.
///
/// A batch is what is there, and a message that failed comes again at once, until it is given up.
struct QueueReader {
    let queue: TemplateQueue
    let function: TemplateFunction
    let deadLetters: DeadLetters

    /// Delivers events, and gives each its receipt, in their order.
    func deliver(
        _ events: [(body: [UInt8], origin: DeadLetters.Origin)], _ invoke: EventCarrier.Invoke
    ) throws(LocalError) -> [Delivery.Receipt] {
        let now = SystemClock.now()
        var messages = events.map {
            QueueBatch.Message(body: String(decoding: $0.body, as: UTF8.self), sentAt: now, firstReceivedAt: now)
        }
        var attempts = [[InvocationResult]](repeating: [], count: messages.count)
        var waiting = Array(messages.indices)
        for count in 1...queue.maximumReceives where !waiting.isEmpty {
            var failed: [Int] = []
            for start in stride(from: 0, to: waiting.count, by: queue.batchSize) {
                let places = waiting[start..<min(start + queue.batchSize, waiting.count)]
                for place in places { messages[place].receives = count }
                let batch = QueueBatch(places.map { messages[$0] }, of: queue)
                let result = try invoke(function.name, batch.payload)
                for place in places { attempts[place].append(result) }
                let names = batch.failures(result)
                failed += places.filter { names.contains(messages[$0].id) }
            }
            waiting = failed
        }
        var receipts: [Delivery.Receipt] = []
        for place in messages.indices {
            let letter =
                waiting.contains(place)
                ? try deadLetters.keep(events[place].body, of: function, attempts[place], events[place].origin) : nil
            receipts.append(Delivery.Receipt(function: function.name, attempts: attempts[place], deadLetter: letter))
        }
        return receipts
    }
}
