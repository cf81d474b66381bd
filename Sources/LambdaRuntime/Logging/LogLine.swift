internal import Codecs
internal import Logging

/// One line of the log, as a value.
struct LogLine {
    var time: Timestamp
    var level: Logger.Level
    var message: String
    var requestID: String?
    var tenantID: String?
    var function: String?
    var fields: Logger.Metadata

    /// The longest line, in bytes: what CloudWatch Logs takes as one event, which counts 26 bytes of its own.
    static let maximumBytes = 256 << 10 - 64
    private static let maximumMessageBytes = 32 << 10
    private static let maximumValueBytes = 8 << 10
    private static let maximumDepth = 8
    private static let reserved: Set<String> = ["timestamp", "level", "message", "requestId", "tenantId", "function"]

    /// A JSON object and a line feed (Lambda Developer Guide, "Log and monitor", JSON format).
    ///
    /// Fields that make the line too long are left out, and the line says so.
    func json() -> [UInt8] {
        let whole = json(with: fields, isCut: false)
        return whole.count <= Self.maximumBytes ? whole : json(with: [:], isCut: true)
    }

    /// Time, request id, level, message and fields between tabs; a line feed inside becomes a carriage return, so that
    /// the record stays one event.
    func text() -> [UInt8] {
        let parts = [RFC3339.format(time), requestID ?? "-", level.lambdaName, Self.clipped(message)]
        let named = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.clipped("\($0.value)"))" }
        let line = (parts + named).joined(separator: "\t").utf8.prefix(Self.maximumBytes - 1)
        return line.map { $0 == 0x0A ? 0x0D : $0 } + [0x0A]
    }

    private func json(with fields: Logger.Metadata, isCut: Bool) -> [UInt8] {
        var json = JSONText()
        json.open("{")
        json.member("timestamp", RFC3339.format(time))
        json.member("level", level.lambdaName)
        json.member("message", message, maximumBytes: Self.maximumMessageBytes)
        if let requestID { json.member("requestId", requestID, maximumBytes: 256) }
        if let tenantID { json.member("tenantId", tenantID, maximumBytes: 256) }
        if let function { json.member("function", function, maximumBytes: 256) }
        if isCut {
            json.key("truncated")
            json.raw("true")
        }
        for (name, value) in fields {
            json.key(Self.reserved.contains(name) ? "field." + name : name)
            Self.append(value, to: &json, depth: 0)
        }
        json.raw("}\n")
        return json.bytes
    }

    private static func append(_ value: Logger.MetadataValue, to json: inout JSONText, depth: Int) {
        guard depth < maximumDepth else { return json.string("…") }
        switch value {
        case .string(let text): json.string(text, maximumBytes: maximumValueBytes)
        case .stringConvertible(let value): append(value, to: &json)
        case .array(let values):
            json.raw("[")
            for (index, value) in values.enumerated() {
                if index > 0 { json.raw(",") }
                append(value, to: &json, depth: depth + 1)
            }
            json.raw("]")
        case .dictionary(let members):
            json.open("{")
            for (name, value) in members {
                json.key(name)
                append(value, to: &json, depth: depth + 1)
            }
            json.close("}")
        }
    }

    /// Numbers and truth values stay what they are, so that queries can compare them.
    private static func append(_ value: any CustomStringConvertible, to json: inout JSONText) {
        switch value {
        case let value as any FixedWidthInteger: json.raw(Array("\(value)".utf8))
        case let value as Bool: json.raw(value ? "true" : "false")
        case let value as Double where value.isFinite: json.raw(Array("\(value)".utf8))
        default: json.string(value.description, maximumBytes: maximumValueBytes)
        }
    }

    private static func clipped(_ text: String) -> String {
        text.utf8.count <= maximumValueBytes
            ? text : String(decoding: text.utf8.prefix(maximumValueBytes), as: UTF8.self)
    }
}
