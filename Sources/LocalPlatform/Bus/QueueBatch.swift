package import Codecs
internal import LocalRuntimeAPI

/// Messages of a queue as a function gets them, and what its answer says of them.
///
/// Source: Lambda developer guide, "Using Lambda with Amazon SQS", and there "Implementing partial batch responses".
package struct QueueBatch {
    package struct Message: Sendable {
        package let id: String
        package let body: String
        /// When it came into the queue.
        package let sentAt: Timestamp
        /// How often it was handed out, this time included.
        package var receives: Int
        package var firstReceivedAt: Timestamp?

        package init(
            id: String = LocalInvocation.newRequestID(), body: String, sentAt: Timestamp, receives: Int = 0,
            firstReceivedAt: Timestamp? = nil
        ) {
            self.id = id
            self.body = body
            self.sentAt = sentAt
            self.receives = receives
            self.firstReceivedAt = firstReceivedAt
        }
    }

    let queue: TemplateQueue
    let messages: [Message]

    package init(_ messages: [Message], of queue: TemplateQueue) {
        self.messages = messages
        self.queue = queue
    }

    /// The event with all of them.
    package var payload: [UInt8] {
        let records = JSONTree.array(messages.map(record))
        return Array(JSONTree.object([.init(name: "Records", value: records)]).compactText.utf8)
    }

    private func record(_ message: Message) -> JSONTree {
        let account = TemplateValues.pseudoParameters
        let first = message.firstReceivedAt ?? message.sentAt
        let attributes: [JSONTree.Member] = [
            .init(name: "ApproximateReceiveCount", value: .string(String(message.receives))),
            .init(name: "SentTimestamp", value: .string(String(message.sentAt.millisecondsSince1970))),
            .init(name: "SenderId", value: .string(account["AWS::AccountId"] ?? "")),
            .init(name: "ApproximateFirstReceiveTimestamp", value: .string(String(first.millisecondsSince1970))),
        ]
        return .object([
            .init(name: "messageId", value: .string(message.id)),
            .init(name: "receiptHandle", value: .string(message.id)),
            .init(name: "body", value: .string(message.body)), .init(name: "attributes", value: .object(attributes)),
            .init(name: "messageAttributes", value: .object([])),
            .init(name: "eventSource", value: .string("aws:sqs")),
            .init(name: "eventSourceARN", value: .string(queue.arn)),
            .init(name: "awsRegion", value: .string(account["AWS::Region"] ?? "")),
        ])
    }

    /// The identifiers of the messages that come again.
    ///
    /// Without an answer that names them: all after a function error, none after a success. An answer that names none of
    /// this batch, or in another form, counts as a failure of all.
    package func failures(_ result: InvocationResult) -> Set<String> {
        let all = Set(messages.map(\.id))
        guard case .response(let body) = result.outcome else { return all }
        guard queue.reportsFailures else { return [] }
        guard let answer = try? JSONTree(parsing: body) else { return all }
        guard let list = answer["batchItemFailures"], list != .null else { return [] }
        guard case .array(let items) = list else { return all }
        let named = Set(items.map { $0["itemIdentifier"]?.text ?? "" })
        return named.isSubset(of: all) ? named : all
    }
}
