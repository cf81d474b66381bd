package import Codecs
package import StrictJSON

/// A schedule that has come due, or the same asked for by hand.
package struct ScheduledEvent: Sendable {
    /// Who says that it is time.
    package enum Origin: String, Sendable {
        /// A rule with a schedule expression.
        case rule = "aws.events"
        /// EventBridge Scheduler.
        case scheduler = "aws.scheduler"
        /// A direct invocation with `{"detail": …}` alone.
        case manual
    }

    package static let detailType = "Scheduled Event"

    package let id: String
    package let origin: Origin
    /// The moment that was scheduled.
    package let time: Timestamp
    /// The rule's or the schedule's ARN.
    package let resources: [String]
    /// An object: the schedule's own parameters, often empty.
    package let detail: JSONValue

    /// Whether the event comes from a schedule.
    package static func matches(_ event: EventBridgeEvent) -> Bool {
        event.detailType == detailType && Origin(rawValue: event.source) != nil
    }

    /// Reads what a rule or Scheduler sent; nil when the event is of another kind.
    ///
    /// Scheduler's own event, the one of a schedule without input, has the text `"{}"` as its detail.
    package init?(_ event: EventBridgeEvent) throws(JSONError) {
        guard Self.matches(event), let origin = Origin(rawValue: event.source) else { return nil }
        self.origin = origin
        id = event.id
        time = event.time
        resources = event.resources
        detail = try Self.object(event.detail)
    }

    /// A schedule asked for by hand.
    package init(manual detail: JSONValue, id: String, time: Timestamp) throws(JSONError) {
        self.id = id
        self.time = time
        origin = .manual
        resources = []
        self.detail = try Self.object(detail)
    }

    /// Whether the value is `{"detail": …}` and nothing else.
    package static func isManual(_ json: JSONValue) -> Bool {
        guard json["detail"] != nil, let members = try? json.members else { return false }
        return members.allSatisfy { $0.name == "detail" }
    }

    private static func object(_ detail: JSONValue) throws(JSONError) -> JSONValue {
        guard detail.kind == .string else {
            guard detail.kind == .object else { throw detail.error(.type) }
            return detail
        }
        let inner: JSONDocument
        do {
            inner = try JSONDocument(parsing: detail.utf8(maximumBytes: 65_536))
        } catch {
            throw detail.error(error.code)
        }
        guard inner.root.kind == .object else { throw detail.error(.type) }
        return inner.root
    }
}
