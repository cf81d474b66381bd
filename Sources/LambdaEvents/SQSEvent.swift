package import StrictJSON

/// Messages that Lambda took from a queue of Amazon SQS.
///
/// Source: Lambda developer guide, "Using Lambda with Amazon SQS": the event's members and its largest batch.
package struct SQSEvent: Sendable {
    /// One message.
    package struct Message: Sendable {
        /// Names the message in an answer's `batchItemFailures`.
        package let id: String
        /// A string: what was sent.
        let body: JSONValue

        /// The event that a rule of EventBridge sent to the queue.
        ///
        /// - Throws: `JSONError` when the body is no such event; the places in it are those of the body.
        package func event() throws(JSONError) -> EventBridgeEvent {
            let text = try body.utf8(maximumBytes: SQSEvent.maximumBodyBytes)
            let json = try JSONDocument(parsing: text).root
            guard EventBridgeEvent.matches(json) else { throw json.error(.type) }
            return try EventBridgeEvent(json: json)
        }
    }

    /// At most `maximumMessages`, in the order of the event; a standard queue promises none.
    package let messages: [Message]
    /// Whether the queue keeps an order, which only a handler that stops at the first failure would respect.
    package let isFIFO: Bool

    /// The largest batch of an event source mapping.
    package static let maximumMessages = 10_000
    /// The longest message that SQS takes: one MiB.
    package static let maximumBodyBytes = 1_048_576

    /// Whether the value looks like such an event.
    package static func matches(_ json: JSONValue) -> Bool {
        guard let records = json["Records"], records.kind == .array, var elements = try? records.elements else {
            return false
        }
        return elements.next()?["eventSource"]?.matches("aws:sqs") == true
    }

    /// Reads the messages; what is wrong inside a body is found when its event is asked for.
    ///
    /// - Throws: `JSONError` for more than `maximumMessages` records, and for one without what every record has: nobody
    ///   could say which message failed.
    package init(json: JSONValue) throws(JSONError) {
        let records = try json.member("Records")
        var messages: [Message] = []
        var isFIFO = false
        for record in try records.elements {
            guard messages.count < Self.maximumMessages else { throw records.error(.range) }
            let source = try record.member("eventSource")
            guard source.matches("aws:sqs") else { throw source.error(.range) }
            let queue = try record.member("eventSourceARN").string(maximumBytes: 1024)
            isFIFO = isFIFO || queue.utf8.suffix(5).elementsEqual(".fifo".utf8)
            let body = try record.member("body")
            guard body.kind == .string else { throw body.error(.type) }
            let id = try record.member("messageId")
            messages.append(Message(id: try Self.messageID(id), body: body))
        }
        self.messages = messages
        self.isFIFO = isFIFO
    }

    /// An empty identifier in an answer would make Lambda deliver the whole batch again.
    private static func messageID(_ value: JSONValue) throws(JSONError) -> String {
        let text = try value.string(maximumBytes: 128)
        guard !text.isEmpty else { throw value.error(.range) }
        return text
    }
}
