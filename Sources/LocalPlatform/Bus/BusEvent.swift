package import Codecs

/// An event on a bus, as EventBridge delivers it.
package struct BusEvent: Sendable {
    package let bus: String
    package let id: String
    package let source: String
    package let detailType: String
    package let time: Timestamp
    package let resources: [String]
    package let detail: JSONTree

    /// The envelope (EventBridge user guide, "Events").
    package var envelope: JSONTree {
        let account = TemplateValues.pseudoParameters
        return .object([
            .init(name: "version", value: .string("0")), .init(name: "id", value: .string(id)),
            .init(name: "detail-type", value: .string(detailType)), .init(name: "source", value: .string(source)),
            .init(name: "account", value: .string(account["AWS::AccountId"] ?? "")),
            // EventBridge gives whole seconds.
            .init(name: "time", value: .string(time.text)),
            .init(name: "region", value: .string(account["AWS::Region"] ?? "")),
            .init(name: "resources", value: .array(resources.map { .string($0) })),
            .init(name: "detail", value: detail),
        ])
    }
}

extension Timestamp {
    /// `2026-11-21T06:15:00Z`.
    fileprivate var text: String {
        "\(RFC3339.format(self).prefix(19))Z"
    }
}
