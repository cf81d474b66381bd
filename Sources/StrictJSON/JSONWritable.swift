internal import Codecs

/// A value that can be written as JSON.
package protocol JSONWritable {
    /// Appends exactly one JSON value in UTF-8.
    func writeJSON(to output: inout [UInt8])
}

extension String: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(self, to: &output) }
}

/// A string that is given as its UTF-8, so that nobody has to make a `String` of it.
package struct JSONUTF8: JSONWritable {
    private let bytes: [UInt8]

    /// Nil where the bytes are no UTF-8.
    package init?(validating bytes: [UInt8]) {
        guard (try? UTF8Span(validating: bytes.span)) != nil else { return nil }
        self.bytes = bytes
    }

    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(bytes.span, to: &output) }
}

extension Bool: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { output.append(contentsOf: (self ? "true" : "false").utf8) }
}

extension Int: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(Int64(self), to: &output) }
}

extension Int64: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(self, to: &output) }
}

extension Int32: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(Int64(self), to: &output) }
}

extension Int16: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { JSONWriter.append(Int64(self), to: &output) }
}

extension Double: JSONWritable {
    /// The shortest digits that read back as the same double; `null` where JSON has no number for it.
    package func writeJSON(to output: inout [UInt8]) {
        output.append(contentsOf: (isFinite ? description : "null").utf8)
    }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        if let self { self.writeJSON(to: &output) } else { output.append(contentsOf: "null".utf8) }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        output.append(0x5B)
        for (position, element) in enumerated() {
            if position > 0 { output.append(0x2C) }
            element.writeJSON(to: &output)
        }
        output.append(0x5D)
    }
}

extension JSONWriter: JSONWritable {
    /// What another writer has written.
    package func writeJSON(to into: inout [UInt8]) { into.append(contentsOf: bytes) }
}

extension JSONValue: JSONWritable {
    /// The value's source text, which the reader has checked.
    package func writeJSON(to output: inout [UInt8]) {
        let entry = entry
        let quotes = entry.kind == .string ? 1 : 0
        output.append(contentsOf: storage.bytes[entry.start - quotes..<entry.end + quotes])
    }
}

extension JSONDocument: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) { root.writeJSON(to: &output) }
}

extension JSONWriter {
    /// Appends a string: quotation mark, backslash and all control characters (U+0000 to U+001F, U+007F) escaped.
    static func append(_ text: String, to output: inout [UInt8]) {
        append(text.utf8.span, to: &output)
    }

    /// The same for a text that is given as its UTF-8.
    ///
    /// A run without escapes is copied at once. Where one was needed, more are likely to follow (JSON in a string has
    /// one every few bytes), so the next bytes are taken one by one.
    static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        output.append(0x22)
        var written = 0
        while written < bytes.count {
            let special = endOfPlainText(bytes, from: written)
            append(bytes, written..<special, to: &output)
            written = min(special + 64, bytes.count)
            if special < written { appendOneByOne(bytes, special..<written, to: &output) }
        }
        output.append(0x22)
    }

    private static func appendOneByOne(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        // No escape is longer than six bytes.
        output.append(addingCapacity: range.count * 6) { space in
            for position in range {
                let byte = bytes[position]
                if needsEscape(byte) { append(escaped: byte, to: &space) } else { space.append(byte) }
            }
        }
    }

    /// The first byte from `start` on that needs an escape; eight bytes at once, as in `JSONParser.endOfPlainText`.
    private static func endOfPlainText(_ bytes: Span<UInt8>, from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        var position = start
        while position &+ 8 <= bytes.count {
            // The loop's condition keeps the eight bytes inside the span.
            let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
            let word = UInt64(littleEndian: loaded)
            let controls = word &- ones &* 0x20
            let quotes = (word ^ ones &* 0x22) &- ones
            let backslashes = (word ^ ones &* 0x5C) &- ones
            let deletes = (word ^ ones &* 0x7F) &- ones
            // A byte that is not ASCII has its high bit in all four; it is no mark here.
            let marks = (controls | quotes | backslashes | deletes) & ~word & 0x8080_8080_8080_8080
            if marks != 0 { return position &+ marks.trailingZeroBitCount / 8 }
            position &+= 8
        }
        while position < bytes.count, !needsEscape(bytes[position]) { position += 1 }
        return position
    }

    private static func append(_ bytes: Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        guard !range.isEmpty else { return }
        // The array copies the bytes before the span's scope ends.
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    }

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F
    }

    private static func append(escaped byte: UInt8, to space: inout OutputSpan<UInt8>) {
        space.append(0x5C)
        switch byte {
        case 0x08: space.append(0x62)
        case 0x09: space.append(0x74)
        case 0x0A: space.append(0x6E)
        case 0x0C: space.append(0x66)
        case 0x0D: space.append(0x72)
        case 0x22, 0x5C: space.append(byte)
        default:
            space.append(0x75)
            space.append(0x30)
            space.append(0x30)
            space.append(Hex.digit(byte >> 4))
            space.append(Hex.digit(byte & 15))
        }
    }

    static func append(_ number: Int64, to output: inout [UInt8]) {
        var digits = number.magnitude
        if number < 0 { output.append(0x2D) }
        let start = output.count
        repeat {
            output.append(0x30 + UInt8(truncatingIfNeeded: digits % 10))
            digits /= 10
        } while digits > 0
        output[start...].reverse()
    }
}
