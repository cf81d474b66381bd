internal import Codecs

/// The fields as they go into the canonical request.
struct CanonicalHeaders {
    /// One line for each name, sorted: `name:value`, several values joined by commas in the order in which they came.
    let lines: [String]
    /// The names, sorted, joined by semicolons.
    let names: String

    /// Those of the fields whose lower-case name `isSigned` takes.
    init(_ fields: [(name: String, value: String)], where isSigned: (String) -> Bool) {
        var values: [String: [String]] = [:]
        for field in fields {
            let name = ASCII.lowercased(field.name)
            if isSigned(name) { values[name, default: []].append(contentsOf: Self.values(of: field.value)) }
        }
        let sorted = values.sorted { ASCII.precedes($0.key, $1.key) }
        lines = sorted.map { "\($0.key):\($0.value.joined(separator: ","))" }
        names = sorted.map(\.key).joined(separator: ";")
    }

    /// The lines of a folded value count as values of their own; blanks around each go, those inside become one.
    private static func values(of value: String) -> [String] {
        value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            let words = line.split(whereSeparator: ASCII.isBlank)
            return String(decoding: Array(words.joined(separator: [0x20])), as: UTF8.self)
        }
    }

    /// Fields that proxies change, or that the transport writes itself; nobody signs them.
    static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "te", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]
}
