import LambdaEvents
import StrictJSON

/// The header fields of every answer, with the values that they have unless a route says otherwise.
///
/// Source: OWASP HTTP Headers and REST Security Cheat Sheets.
enum StandardFields {
    static let pairs: [NamedValues.Pair] = [
        .init(name: "cache-control", value: "no-store"),
        .init(name: "x-content-type-options", value: "nosniff"),
        .init(name: "strict-transport-security", value: "max-age=63072000; includeSubDomains"),
        .init(name: "content-security-policy", value: "default-src 'none'; frame-ancestors 'none'"),
        .init(name: "referrer-policy", value: "no-referrer"),
    ]

    /// All of them in JSON, without the closing brace.
    static let json: [UInt8] = object(pairs)

    /// Those that `headers` does not have, in JSON without the closing brace.
    static func json(without headers: NamedValues) -> [UInt8] {
        object(pairs.filter { headers.field($0.name) == nil })
    }

    private static func object(_ pairs: [NamedValues.Pair]) -> [UInt8] {
        var bytes = JSONWriter.object { writer in
            for pair in pairs { writer.member(pair.name, pair.value) }
        }.bytes
        bytes.removeLast()
        return bytes
    }
}

/// An answer's header fields as one JSON object.
struct Head: JSONWritable {
    let contentType: String?
    let requestID: String
    let further: NamedValues

    func writeJSON(to output: inout [UInt8]) {
        output.append(contentsOf: further.isEmpty ? StandardFields.json : StandardFields.json(without: further))
        if let contentType { append("content-type", contentType, to: &output) }
        if !requestID.isEmpty { append("x-request-id", requestID, to: &output) }
        for pair in further.pairs { append(pair.name, pair.value, to: &output) }
        output.append(0x7D)
    }

    private func append(_ name: String, _ value: String, to output: inout [UInt8]) {
        // Nothing stands in front where a route has replaced all the standard ones.
        if output.last != 0x7B { output.append(0x2C) }
        name.writeJSON(to: &output)
        output.append(0x3A)
        value.writeJSON(to: &output)
    }
}
