import StrictJSON

/// A text that is given, or stays in the event until someone asks for it: checked, but not copied.
enum EventText: Sendable {
    case text(String)
    /// A string of the event.
    case value(JSONValue)

    /// Takes a string of any length, U+0000 included.
    init(json: JSONValue) throws(JSONError) {
        guard json.kind == .string else { throw json.error(.type) }
        self = .value(json)
    }

    var text: String {
        String(decoding: utf8, as: UTF8.self)
    }

    var utf8: [UInt8] {
        switch self {
        case .text(let text): Array(text.utf8)
        // A string of any length cannot be refused.
        case .value(let value): (try? value.utf8(maximumBytes: .max)) ?? []
        }
    }
}

/// Texts that are given, or stay in the event until someone asks for them.
enum EventTexts: Sendable {
    case texts([String])
    /// An array of strings of the event.
    case array(JSONValue)

    /// Takes an array of strings; absent and null count as empty.
    init(json: JSONValue?) throws(JSONError) {
        guard let json else {
            self = .texts([])
            return
        }
        for element in try json.elements { try element.checkString() }
        self = .array(json)
    }

    var texts: [String] {
        switch self {
        case .texts(let texts): texts
        // All have been checked.
        case .array(let array): (try? array.elements)?.compactMap { try? $0.string() } ?? []
        }
    }
}

/// Equal is what is written alike: whether it is given or still in an event makes no difference.
protocol EqualAsWritten: Hashable, JSONWritable {}

extension EqualAsWritten {
    package static func == (left: Self, right: Self) -> Bool {
        left.written == right.written
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(written)
    }

    private var written: [UInt8] {
        var bytes: [UInt8] = []
        writeJSON(to: &bytes)
        return bytes
    }
}
