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

    package var pairs: [Pair]

    package init(_ pairs: [Pair] = []) {
        self.pairs = pairs
    }

    package init(dictionaryLiteral elements: (String, String)...) {
        pairs = elements.map { Pair(name: $0, value: $1) }
    }

    /// Reads an object whose values are strings; null counts as absent.
    package init(json: JSONValue) throws(JSONError) {
        pairs = []
        pairs.reserveCapacity(8)
        for (name, value) in try json.members where !value.isNull {
            pairs.append(Pair(name: name, value: try value.string()))
        }
    }

    package var isEmpty: Bool { pairs.isEmpty }

    /// The first value of exactly that name.
    package subscript(name: String) -> String? {
        pairs.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
    }

    /// The first value of that name, ASCII letters compared without case, as HTTP's field names are (RFC 9110, 5.1).
    package func field(_ name: String) -> String? {
        pairs.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }

    /// All values of exactly that name, in order.
    package func all(_ name: String) -> [String] {
        pairs.filter { $0.name.utf8.elementsEqual(name.utf8) }.map(\.value)
    }

    package mutating func append(_ name: String, _ value: String) {
        pairs.append(Pair(name: name, value: value))
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
