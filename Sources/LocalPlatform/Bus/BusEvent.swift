package import Codecs
internal import Platform

/// An event on a bus, as EventBridge delivers it.
package struct BusEvent: Sendable {
    package let bus: String
    package let id: String
    package let source: String
    package let detailType: String
    package let time: Timestamp
    package let resources: [String]
    package let detail: JSONTree
    /// When the bus got it.
    package let ingestedAt: Timestamp

    package init(
        bus: String, id: String, source: String, detailType: String, time: Timestamp, resources: [String],
        detail: JSONTree, ingestedAt: Timestamp = SystemClock.now()
    ) {
        self.bus = bus
        self.id = id
        self.source = source
        self.detailType = detailType
        self.time = time
        self.resources = resources
        self.detail = detail
        self.ingestedAt = ingestedAt
    }

    /// The envelope (EventBridge user guide, "Events").
    package var envelope: JSONTree {
        let account = TemplateValues.pseudoParameters
        return .object([
            .init(name: "version", value: .string("0")), .init(name: "id", value: .string(id)),
            .init(name: "detail-type", value: .string(detailType)), .init(name: "source", value: .string(source)),
            .init(name: "account", value: .string(account["AWS::AccountId"] ?? "")),
            .init(name: "time", value: .string(time.wholeSeconds)),
            .init(name: "region", value: .string(account["AWS::Region"] ?? "")),
            .init(name: "resources", value: .array(resources.map { .string($0) })),
            .init(name: "detail", value: detail),
        ])
    }
}

extension Timestamp {
    /// `2026-11-21T06:15:00Z`: EventBridge and Scheduler give whole seconds.
    package var wholeSeconds: String {
        "\(RFC3339.format(self).prefix(19))Z"
    }
}
