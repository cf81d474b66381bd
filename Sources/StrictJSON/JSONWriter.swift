/// Writes one JSON value as UTF-8 without blanks; whatever is put in, the output is valid JSON.
///
///     let reply = JSONWriter.object {
///         $0.member("amount", 5)
///         $0.array("items") { $0.element("a") }
///     }
///     reply.bytes
package struct JSONWriter {
    /// What has been written; `null` while nothing was.
    package var bytes: [UInt8] { output.isEmpty ? Array("null".utf8) : output }

    /// The same as a string.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    var output: [UInt8] = []

    package init() {}

    /// A writer that holds one object, whose members `body` writes.
    package static func object<E: Error>(
        reserving capacity: Int = 256, _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) -> JSONWriter {
        var writer = JSONWriter()
        writer.output.reserveCapacity(capacity)
        try writer.object(body)
        return writer
    }

    /// A writer that holds one array, whose elements `body` writes.
    package static func array<E: Error>(_ body: (inout JSONArrayWriter) throws(E) -> Void) throws(E) -> JSONWriter {
        var writer = JSONWriter()
        try writer.array(body)
        return writer
    }

    /// `text` as a JSON string with its quotation marks, for lines that are put together by hand.
    package static func quote(_ text: String) -> String {
        var output: [UInt8] = []
        append(text, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// Replaces what was written by an object.
    package mutating func object<E: Error>(_ body: (inout JSONObjectWriter) throws(E) -> Void) throws(E) {
        output.removeAll(keepingCapacity: true)
        try Self.object(into: &output, body)
    }

    /// Replaces what was written by an array.
    package mutating func array<E: Error>(_ body: (inout JSONArrayWriter) throws(E) -> Void) throws(E) {
        output.removeAll(keepingCapacity: true)
        try Self.array(into: &output, body)
    }

    /// Replaces what was written by one plain value.
    package mutating func value(_ value: some JSONWritable) {
        output.removeAll(keepingCapacity: true)
        value.writeJSON(to: &output)
    }

    // The buffer moves into the inner writer and back, so that it is never copied.

    /// Appends one object to what another writer has begun; for `JSONWritable`.
    package static func object<E: Error>(
        into output: inout [UInt8], _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) {
        var inner = JSONObjectWriter()
        swap(&inner.output, &output)
        defer { swap(&inner.output, &output) }
        inner.output.append(0x7B)
        try body(&inner)
        inner.output.append(0x7D)
    }

    /// Appends one array to what another writer has begun; for `JSONWritable`.
    package static func array<E: Error>(
        into output: inout [UInt8], _ body: (inout JSONArrayWriter) throws(E) -> Void
    ) throws(E) {
        var inner = JSONArrayWriter()
        swap(&inner.output, &output)
        defer { swap(&inner.output, &output) }
        inner.output.append(0x5B)
        try body(&inner)
        inner.output.append(0x5D)
    }
}

/// Writes the members of one object; a name should be used once.
package struct JSONObjectWriter {
    var output: [UInt8] = []
    private var isEmpty = true

    /// A member with a plain value; `nil` becomes `null`.
    package mutating func member(_ name: String, _ value: some JSONWritable) {
        begin(name)
        value.writeJSON(to: &output)
    }

    /// A member that is left out when there is no value.
    package mutating func optional(_ name: String, _ value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    /// A member that is an object.
    package mutating func member<E: Error>(
        _ name: String, _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) {
        begin(name)
        try JSONWriter.object(into: &output, body)
    }

    /// A member that is an array.
    package mutating func array<E: Error>(_ name: String, _ body: (inout JSONArrayWriter) throws(E) -> Void) throws(E) {
        begin(name)
        try JSONWriter.array(into: &output, body)
    }

    private mutating func begin(_ name: String) {
        if !isEmpty { output.append(0x2C) }
        isEmpty = false
        JSONWriter.append(name, to: &output)
        output.append(0x3A)
    }
}

/// Writes the elements of one array.
package struct JSONArrayWriter {
    var output: [UInt8] = []
    private var isEmpty = true

    /// An element with a plain value; `nil` becomes `null`.
    package mutating func element(_ value: some JSONWritable) {
        begin()
        value.writeJSON(to: &output)
    }

    /// An element that is an object.
    package mutating func object<E: Error>(_ body: (inout JSONObjectWriter) throws(E) -> Void) throws(E) {
        begin()
        try JSONWriter.object(into: &output, body)
    }

    /// An element that is an array.
    package mutating func array<E: Error>(_ body: (inout JSONArrayWriter) throws(E) -> Void) throws(E) {
        begin()
        try JSONWriter.array(into: &output, body)
    }

    private mutating func begin() {
        if !isEmpty { output.append(0x2C) }
        isEmpty = false
    }
}
