/// A JSON value that can be taken apart, compared and put together again.
///
/// `JSONValue` is a view of one text. The template needs more than a view: its intrinsic functions are replaced by what
/// they stand for before anything reads it, event patterns compare values of different texts, and people get a value
/// laid out anew. Reading and writing are those of `StrictJSON`.
package indirect enum JSONTree: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as it was written, so that nothing is lost on the way.
    case number(String)
    case string(String)
    case array([JSONTree])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let name: String
        package let value: JSONTree

        package init(name: String, value: JSONTree) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that name; nil when there is none or the value is no object.
    package subscript(_ name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text; nil when the value is no string.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// What CloudFormation makes of a scalar where it wants text; nil for null, arrays and objects.
    package var scalarText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// The elements; empty when the value is no array.
    package var elements: [JSONTree] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The members; empty when the value is no object.
    package var members: [Member] {
        guard case .object(let members) = self else { return [] }
        return members
    }
}
