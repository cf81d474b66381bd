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

    /// Whether the status is any of 200 to 299.
    package var isSuccess: Bool {
        (200...299).contains(status)
    }

    /// The value of the first field with that name, whatever its case; nil where there is none.
    ///
    /// Bytes that are no UTF-8 become U+FFFD.
    package func header(_ name: StaticString) -> String? {
        unsafe head.withUnsafeBufferPointer { head in
            let range = unsafe HeaderScan.value(
                of: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount), in: head)
            return range.map { unsafe String(decoding: head[$0], as: UTF8.self) }
        }
    }
}

/// Finds a field in a header section without making a dictionary of it.
enum HeaderScan {
    /// Where the value of the first field with that name stands, blanks around it left out.
    static func value(of name: UnsafeBufferPointer<UInt8>, in head: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var start = 0
        while start < head.count {
            let end = unsafe lineEnd(from: start, in: head)
            if unsafe matches(name, at: start, before: end, in: head) {
                return unsafe trimmed(start + name.count + 1..<end, in: head)
            }
            start = end + 1
        }
        return nil
    }

    private static func lineEnd(from start: Int, in head: UnsafeBufferPointer<UInt8>) -> Int {
        guard let base = head.baseAddress, let end = unsafe memchr(base + start, 0x0A, head.count - start) else {
            return head.count
        }
        return unsafe UnsafeRawPointer(end) - UnsafeRawPointer(base)
    }

    private static func matches(
        _ name: UnsafeBufferPointer<UInt8>, at start: Int, before end: Int, in head: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard start + name.count < end, unsafe head[start + name.count] == 0x3A else { return false }
        // From the end: names of one family differ in their last letters (Lambda-Runtime-…).
        for offset in stride(from: name.count - 1, through: 0, by: -1)
        where unsafe lowercase(name[offset]) != lowercase(head[start + offset]) {
            return false
        }
        return true
    }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    private static func trimmed(_ range: Range<Int>, in head: UnsafeBufferPointer<UInt8>) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while unsafe lower < upper && isBlank(head[lower]) { lower += 1 }
        while unsafe upper > lower && isBlank(head[upper - 1]) { upper -= 1 }
        return lower..<upper
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }
}
