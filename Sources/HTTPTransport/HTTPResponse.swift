internal import Platform

/// What came back: the status, the header fields as they came, and the whole body.
package struct HTTPResponse: Sendable {
    /// The status code (RFC 9110, section 15).
    package let status: Int
    /// The header section, one field a line, as the peer sent it.
    package let head: [UInt8]
    package let body: [UInt8]

    package init(status: Int, head: [UInt8], body: [UInt8]) {
        self.status = status
        self.head = head
        self.body = body
    }

    /// The fields, found once; for looking up several.
    package var fields: HTTPFields {
        HTTPFields(head)
    }

    /// Whether the status is any of 200 to 299.
    package var isSuccess: Bool {
        (200...299).contains(status)
    }

    /// The value of the first field with that name, whatever its case; nil where there is none.
    ///
    /// Bytes that are no UTF-8 become U+FFFD.
    package func header(_ name: StaticString) -> String? {
        fields[name]
    }
}

/// The lines of a header section, found in one pass; names and values stay where they are until they are asked for.
package struct HTTPFields {
    /// A line without its line feed.
    ///
    /// Not a `Range`: to make that type at run time costs more than to read a head.
    private struct Line {
        let start: Int
        let end: Int
    }

    private let head: [UInt8]
    private var lines: [Line] = []

    init(_ head: [UInt8]) {
        self.head = head
        lines.reserveCapacity(16)
        let bytes = head.span
        var start = 0
        while start < bytes.count {
            let end = Self.lineEnd(bytes, from: start)
            lines.append(Line(start: start, end: end))
            start = end + 1
        }
    }

    /// Where the line that begins at `start` has its line feed; the end of the bytes where it has none.
    private static func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int {
        unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let end = unsafe memchr(base + start, 0x0A, bytes.count - start) else {
                return bytes.count
            }
            return unsafe UnsafeRawPointer(end) - base
        }
    }

    /// The value of the first field with that name, blanks around it left out; see `HTTPResponse.header`.
    package subscript(name: StaticString) -> String? {
        place(of: name).map { String(decoding: head[$0], as: UTF8.self) }
    }

    private func place(of name: StaticString) -> Range<Int>? {
        name.withUTF8Buffer { unsafe place(of: $0) }
    }

    private func place(of name: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        let bytes = head.span
        for line in lines where line.end - line.start > name.count && bytes[line.start + name.count] == 0x3A {
            guard unsafe Self.matches(name, at: line.start, in: bytes) else { continue }
            return Self.trimmed(line.start + name.count + 1..<line.end, in: bytes)
        }
        return nil
    }

    private static func matches(
        _ name: UnsafeBufferPointer<UInt8>, at start: Int, in head: Span<UInt8>
    ) -> Bool {
        // From the end: names of one family differ in their last letters (Lambda-Runtime-…).
        var offset = name.count - 1
        while offset >= 0 {
            guard unsafe lowercase(name[offset]) == lowercase(head[start + offset]) else { return false }
            offset -= 1
        }
        return true
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    private static func trimmed(_ range: Range<Int>, in head: Span<UInt8>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper && isBlank(head[lower]) { lower += 1 }
        while upper > lower && isBlank(head[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }
}
