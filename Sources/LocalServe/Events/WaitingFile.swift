internal import Codecs
internal import LocalPlatform

/// The file of events that were accepted and not delivered, from one start of the stack to the next.
///
/// Only its owner may read it.
struct WaitingFile: Sendable {
    let path: String

    init(folder: String) {
        path = "\(folder)/waiting-events.json"
    }

    /// Replaces the file; there is none where nothing waits.
    func save(_ contents: DeliveryDesk.Contents) throws(LocalError) {
        if contents.count == 0 {
            if Files.exists(path) { try Files.replace(path, with: Array("{}\n".utf8)) }
            return
        }
        try Files.makeFolder(Files.parent(of: path))
        let tree = JSONTree.object([
            .init(name: "version", value: .number("1")),
            .init(name: "deliveries", value: .array(contents.deliveries.map { Self.tree($0.delivery, due: $0.due) })),
            .init(name: "messages", value: .array(contents.messages.map { Self.tree($0.message, in: $0.queue) })),
            .init(name: "events", value: .array(contents.events.map(Self.tree))),
        ])
        try Files.replace(path, with: Array((tree.compactText + "\n").utf8))
    }

    /// What the file holds; nothing where there is none.
    ///
    /// Throws `.data` where somebody has written something else into it.
    func load() throws(LocalError) -> DeliveryDesk.Contents {
        guard Files.exists(path) else { return DeliveryDesk.Contents() }
        guard let tree = try? JSONTree(parsing: try Files.read(path)) else { throw unreadable }
        var contents = DeliveryDesk.Contents()
        for element in tree["deliveries"]?.elements ?? [] {
            guard let (due, delivery) = Self.delivery(element) else { throw unreadable }
            contents.deliveries.append((due, delivery))
        }
        for element in tree["messages"]?.elements ?? [] {
            guard let (queue, message) = Self.message(element) else { throw unreadable }
            contents.messages.append((queue, message))
        }
        for element in tree["events"]?.elements ?? [] {
            guard let event = Self.event(element) else { throw unreadable }
            contents.events.append(event)
        }
        return contents
    }

    private var unreadable: LocalError {
        LocalError(.data, "\(path) does not hold events that wait; move it away and start again.")
    }
}

extension WaitingFile {
    private static func tree(_ delivery: WaitingDelivery, due: Timestamp) -> JSONTree {
        object([
            ("kind", .string(delivery.kind.rawValue)), ("source", .string(delivery.origin.source)),
            ("rule", .string(delivery.origin.rule)), ("function", .string(delivery.function)),
            ("payload", .string(String(decoding: delivery.payload, as: UTF8.self))),
            ("takenAt", number(delivery.takenAt)), ("due", number(due)),
            ("failures", .number(String(delivery.failures))), ("throttles", .number(String(delivery.throttles))),
            ("requestId", delivery.requestID.map { .string($0) } ?? .null),
        ])
    }

    private static func delivery(_ tree: JSONTree) -> (Timestamp, WaitingDelivery)? {
        guard let kind = tree["kind"]?.text.flatMap(WaitingDelivery.Kind.init), let source = tree["source"]?.text,
            let rule = tree["rule"]?.text, let function = tree["function"]?.text, let payload = tree["payload"]?.text,
            let takenAt = timestamp(tree["takenAt"]), let due = timestamp(tree["due"])
        else { return nil }
        let delivery = WaitingDelivery(
            kind: kind, origin: DeadLetters.Origin(source: source, rule: rule), function: function,
            payload: Array(payload.utf8), takenAt: takenAt, failures: count(tree["failures"]),
            throttles: count(tree["throttles"]), requestID: tree["requestId"]?.text)
        return (due, delivery)
    }

    private static func tree(_ waiting: WaitingMessage, in queue: String) -> JSONTree {
        object([
            ("kind", .string(waiting.kind.rawValue)), ("source", .string(waiting.origin.source)),
            ("rule", .string(waiting.origin.rule)), ("queue", .string(queue)), ("id", .string(waiting.message.id)),
            ("body", .string(waiting.message.body)), ("sentAt", number(waiting.message.sentAt)),
            ("receives", .number(String(waiting.message.receives))), ("visibleAt", number(waiting.visibleAt)),
            ("firstReceivedAt", waiting.message.firstReceivedAt.map(number) ?? .null),
        ])
    }

    private static func message(_ tree: JSONTree) -> (String, WaitingMessage)? {
        guard let kind = tree["kind"]?.text.flatMap(WaitingDelivery.Kind.init), let source = tree["source"]?.text,
            let rule = tree["rule"]?.text, let queue = tree["queue"]?.text, let id = tree["id"]?.text,
            let body = tree["body"]?.text, let sentAt = timestamp(tree["sentAt"]),
            let visibleAt = timestamp(tree["visibleAt"])
        else { return nil }
        let message = QueueBatch.Message(
            id: id, body: body, sentAt: sentAt, receives: count(tree["receives"]),
            firstReceivedAt: timestamp(tree["firstReceivedAt"]))
        let origin = DeadLetters.Origin(source: source, rule: rule, queue: queue)
        return (queue, WaitingMessage(origin: origin, kind: kind, message: message, visibleAt: visibleAt))
    }

    private static func tree(_ event: BusEvent) -> JSONTree {
        object([
            ("bus", .string(event.bus)), ("id", .string(event.id)), ("source", .string(event.source)),
            ("detailType", .string(event.detailType)), ("time", number(event.time)),
            ("resources", .array(event.resources.map { .string($0) })), ("detail", event.detail),
            ("ingestedAt", number(event.ingestedAt)),
        ])
    }

    private static func event(_ tree: JSONTree) -> BusEvent? {
        guard let bus = tree["bus"]?.text, let id = tree["id"]?.text, let source = tree["source"]?.text,
            let type = tree["detailType"]?.text, let time = timestamp(tree["time"]), let detail = tree["detail"],
            let ingestedAt = timestamp(tree["ingestedAt"])
        else { return nil }
        return BusEvent(
            bus: bus, id: id, source: source, detailType: type, time: time,
            resources: (tree["resources"]?.elements ?? []).compactMap(\.text), detail: detail, ingestedAt: ingestedAt)
    }

    private static func object(_ members: [(String, JSONTree)]) -> JSONTree {
        .object(members.map { .init(name: $0.0, value: $0.1) })
    }

    private static func number(_ time: Timestamp) -> JSONTree { .number(String(time.millisecondsSince1970)) }

    private static func timestamp(_ tree: JSONTree?) -> Timestamp? {
        guard case .number(let text)? = tree, let milliseconds = Int64(text) else { return nil }
        return Timestamp(millisecondsSince1970: milliseconds)
    }

    private static func count(_ tree: JSONTree?) -> Int {
        max(0, min(1_000_000, tree?.scalarText.flatMap { Int($0) } ?? 0))
    }
}
