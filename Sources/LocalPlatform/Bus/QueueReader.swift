internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// Reads a queue as Lambda's event source mapping does: in batches, and again what failed, until it is given up.
///
/// Source: Lambda developer guide, "Using Lambda with Amazon SQS", and there "Implementing partial batch responses".
/// Nothing waits here: a batch is what is there, and a message that failed comes again at once.
struct QueueReader {
    let queue: TemplateQueue
    let function: TemplateFunction
    let deadLetters: DeadLetters

    private struct Message {
        let id = LocalInvocation.newRequestID()
        let body: JSONTree
        var attempts: [InvocationResult] = []
    }

    /// Delivers events, and gives each its receipt, in their order.
    func deliver(_ events: [JSONTree], _ invoke: EventCarrier.Invoke) throws(LocalError) -> [Delivery.Receipt] {
        var messages = events.map { Message(body: $0) }
        var waiting = Array(messages.indices)
        for count in 1...queue.maximumReceives where !waiting.isEmpty {
            var failed: [Int] = []
            for start in stride(from: 0, to: waiting.count, by: queue.batchSize) {
                let batch = waiting[start..<min(start + queue.batchSize, waiting.count)]
                let payload = payload(batch.map { messages[$0] }, received: count)
                let result = try invoke(function.name, Array(payload.compactText.utf8))
                for place in batch { messages[place].attempts.append(result) }
                let names = failures(result, among: batch.map { messages[$0].id })
                failed += batch.filter { names.contains(messages[$0].id) }
            }
            waiting = failed
        }
        var receipts: [Delivery.Receipt] = []
        for (place, message) in messages.enumerated() {
            let letter =
                waiting.contains(place)
                ? try deadLetters.keep(message.body, of: function, message.attempts) : nil
            receipts.append(
                Delivery.Receipt(function: function.name, attempts: message.attempts, deadLetter: letter))
        }
        return receipts
    }

    /// The identifiers of the messages that come again.
    ///
    /// Without an answer that names them: all after a function error, none after a success. An answer that names none of
    /// this batch, or in another form, counts as a failure of all.
    private func failures(_ result: InvocationResult, among identifiers: [String]) -> Set<String> {
        guard case .response(let body) = result.outcome else { return Set(identifiers) }
        guard queue.reportsFailures else { return [] }
        guard let answer = try? JSONTree(parsing: body) else { return Set(identifiers) }
        guard let list = answer["batchItemFailures"], list != .null else { return [] }
        guard case .array(let items) = list else { return Set(identifiers) }
        let named = items.map { $0["itemIdentifier"]?.text ?? "" }
        return named.allSatisfy(identifiers.contains) ? Set(named) : Set(identifiers)
    }

    private func payload(_ messages: [Message], received count: Int) -> JSONTree {
        let now = String(SystemClock.now().millisecondsSince1970)
        let account = TemplateValues.pseudoParameters
        let records = messages.map { message in
            JSONTree.object([
                .init(name: "messageId", value: .string(message.id)),
                .init(name: "receiptHandle", value: .string(message.id)),
                .init(name: "body", value: .string(message.body.compactText)),
                .init(
                    name: "attributes",
                    value: .object([
                        .init(name: "ApproximateReceiveCount", value: .string(String(count))),
                        .init(name: "SentTimestamp", value: .string(now)),
                        .init(name: "SenderId", value: .string(account["AWS::AccountId"] ?? "")),
                        .init(name: "ApproximateFirstReceiveTimestamp", value: .string(now)),
                    ])),
                .init(name: "messageAttributes", value: .object([])),
                .init(name: "eventSource", value: .string("aws:sqs")),
                .init(name: "eventSourceARN", value: .string(queue.arn)),
                .init(name: "awsRegion", value: .string(account["AWS::Region"] ?? "")),
            ])
        }
        return .object([.init(name: "Records", value: .array(records))])
    }
}
