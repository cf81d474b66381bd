package import Codecs
package import StrictJSON

/// An event of EventBridge, whoever sent it.
///
/// Source: EventBridge user guide, "Events": the envelope's members.
package struct EventBridgeEvent: Sendable {
    package var id: String
    package var source: String
    package var detailType: String
    package var account: String
    package var region: String
    package var time: Timestamp
    package var resources: [String]
    /// What happened, in the form that `source` and `detailType` agree on.
    package var detail: JSONValue

    package init(
        id: String, source: String, detailType: String, account: String = "", region: String = "", time: Timestamp,
        resources: [String] = [], detail: JSONValue
    ) {
        self.id = id
        self.source = source
        self.detailType = detailType
        self.account = account
        self.region = region
        self.time = time
        self.resources = resources
        self.detail = detail
    }

    /// Whether the value looks like such an event.
    package static func matches(_ json: JSONValue) -> Bool {
        json["detail-type"] != nil && json["source"] != nil && json["detail"] != nil
    }

    /// Reads the envelope; unknown members are left aside, as EventBridge may add some.
    package init(json: JSONValue) throws(JSONError) {
        id = try json.member("id").string(maximumBytes: 256)
        source = try json.member("source").string(maximumBytes: 256)
        detailType = try json.member("detail-type").string(maximumBytes: 256)
        account = try json.text("account") ?? ""
        region = try json.text("region") ?? ""
        let written = try json.member("time")
        guard let parsed = RFC3339.parse(try written.string(maximumBytes: 64).utf8) else {
            throw written.error(.range)
        }
        time = parsed
        resources = try json.texts("resources")
        detail = try json.member("detail")
    }
}

extension EventBridgeEvent: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) { writer in
            writer.member("version", "0")
            writer.member("id", id)
            writer.member("detail-type", detailType)
            writer.member("source", source)
            writer.member("account", account)
            writer.member("time", RFC3339.format(time))
            writer.member("region", region)
            writer.member("resources", resources)
            writer.member("detail", detail)
        }
    }
}
