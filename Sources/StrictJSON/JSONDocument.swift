/// A JSON text that has been read and found right in every respect.
///
/// Refused are: what RFC 8259 does not allow, a byte order mark, text behind the value, invalid UTF-8, lone surrogates,
/// two members of one name, numbers beyond a double, and whatever passes the limits.
package struct JSONDocument: Sendable {
    /// Shared by all values of the document, so that a value costs one reference.
    final class Storage: Sendable {
        let bytes: [UInt8]
        let tape: JSONTape

        init(bytes: [UInt8], tape: JSONTape) {
            self.bytes = bytes
            self.tape = tape
        }
    }

    private let storage: Storage

    /// Reads `bytes` once, from the first to the last.
    package init(parsing bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
        var parser = JSONParser(bytes, limits: limits)
        try parser.run()
        storage = Storage(bytes: bytes, tape: parser.tape)
    }

    /// Reads the UTF-8 of `text`.
    package init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }

    /// The value that the text is.
    package var root: JSONValue {
        JSONValue(storage: storage, index: 0)
    }
}
