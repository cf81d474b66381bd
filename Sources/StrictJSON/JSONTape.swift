/// The six kinds of JSON values, with `true` and `false` as one.
package enum JSONKind: UInt8, Sendable {
    case null, bool, number, string, array, object
}

/// One value or member name of a text: where it stands and where the next one is.
///
/// A member is two entries, its name and then its value. Sixteen bytes an entry, so that 2.4 KB of JSON need about 2 KB.
struct JSONEntry {
    /// Where the value begins; for a string the byte behind its quotation mark.
    var offset: UInt32
    /// How many bytes it has; for a string without its quotation marks, for a container with its brackets.
    var length: UInt32
    /// The entry behind this value and all that it holds; 0 while a container is still open.
    var next: UInt32
    var kind: JSONKind
    /// Whether a string has escapes, so that its bytes are not yet its text.
    var isEscaped = false

    var start: Int { Int(offset) }
    var end: Int { Int(offset) + Int(length) }
}

/// The text and its entries in the order of the text.
struct JSONTape: Sendable {
    var entries: [JSONEntry] = []

    /// The entries directly inside the container at `index`: elements, or names and values in turn.
    func children(of index: Int) -> [Int] {
        var found: [Int] = []
        var child = index + 1
        let end = end(of: index)
        while child < end {
            found.append(child)
            child = self.end(of: child)
        }
        return found
    }

    /// The entry behind the value at `index`; for an open container the end of what has been read.
    func end(of index: Int) -> Int {
        let next = Int(entries[index].next)
        return next == 0 ? entries.count : next
    }
}
