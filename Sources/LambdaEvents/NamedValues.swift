package import StrictJSON

/// Names with values, in order; names are compared as bytes.
///
/// Not a dictionary of strings: Swift takes canonical equivalents for equal, so that two claims could become one.
package struct NamedValues: Hashable, Sendable, ExpressibleByDictionaryLiteral {
    /// One name and its value.
    package struct Pair: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A request has some thirty names and values of which its handler asks for two or three: those of an event stay
    /// where the event has them, checked but not copied.
    private enum Content: Sendable {
        case pairs([Pair])
        case object(JSONValue)
    }

    private var content: Content

    package init(_ pairs: [Pair] = []) {
        content = .pairs(pairs)
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        content = .pairs(elements.map { Pair(name: $0, value: $1) })
    }

    /// Takes an object whose values are strings; null counts as absent.
    package init(json: JSONValue) throws(JSONError) {
        try json.checkMembers { value throws(JSONError) in
            if !value.isNull { try value.checkString() }
        }
        content = .object(json)
    }

    /// Takes an object whose values may be of any kind; what is no string is handed out in its JSON form.
    package init(jsonOfAnyKind json: JSONValue) throws(JSONError) {
        try json.checkMembers { value throws(JSONError) in
            if value.kind == .string { try value.checkString() }
        }
        content = .object(json)
    }

    /// Takes an object of which only these members are meant, each a string, null or absent.
    init(json: JSONValue, meaning names: [String]) throws(JSONError) {
        try json.checkStrings(of: names)
        content = .object(json)
    }

    package var pairs: [Pair] {
        switch content {
        case .pairs(let pairs): return pairs
        case .object(let object):
            var pairs: [Pair] = []
            guard let members = try? object.members else { return pairs }
            for (name, value) in members {
                if let text = Self.text(value) { pairs.append(Pair(name: name, value: text)) }
            }
            return pairs
        }
    }

    package var isEmpty: Bool { pairs.isEmpty }

    /// The first value of exactly that name.
    package subscript(name: String) -> String? {
        switch content {
        case .pairs(let pairs): pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
        case .object(let object): object[name].flatMap(Self.text)
        }
    }

    /// The first value of that name, ASCII letters compared without case, as HTTP's field names are (RFC 9110, 5.1).
    package func field(_ name: String) -> String? {
        switch content {
        case .pairs(let pairs): pairs.first { $0.name.equalsIgnoringASCIICase(name) }?.value
        case .object(let object): object.member(ignoringASCIICase: name).flatMap(Self.text)
        }
    }

    /// Nil for null; the strings have been checked before.
    private static func text(_ value: JSONValue) -> String? {
        switch value.kind {
        case .null: nil
        case .string: try? value.string()
        default: String(decoding: value.rawBytes, as: UTF8.self)
        }
    }

    /// All values of exactly that name, in order.
    package func all(_ name: String) -> [String] {
        pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    package mutating func append(_ name: String, _ value: String) {
        var pairs = pairs
        content = .pairs([])
        pairs.append(Pair(name: name, value: value))
        content = .pairs(pairs)
    }

    package static func == (left: NamedValues, right: NamedValues) -> Bool {
        left.pairs == right.pairs
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(pairs)
    }
}

extension NamedValues: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) { writer in
            for pair in pairs { writer.member(pair.name, pair.value) }
        }
    }
}

extension String {
    /// Whether the bytes are equal once `A` to `Z` are folded; other letters keep their case.
    package func equalsIgnoringASCIICase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.foldedASCII == $1.foldedASCII }
    }
}

extension UInt8 {
    fileprivate var foldedASCII: UInt8 {
        (0x41...0x5A).contains(self) ? self | 0x20 : self
    }
}
