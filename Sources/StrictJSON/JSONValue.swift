/// A view of one value of a document; text and numbers are decoded when asked for.
package struct JSONValue: Sendable {
    let storage: JSONDocument.Storage
    let index: Int

    var entry: JSONEntry { storage.tape.entries[index] }

    package var kind: JSONKind { entry.kind }

    package var isNull: Bool { kind == .null }

    /// The value's text exactly as it stands in the source.
    package var rawBytes: [UInt8] {
        let entry = entry
        return kind == .string
            ? Array(storage.bytes[entry.start - 1..<entry.end + 1]) : Array(storage.bytes[entry.start..<entry.end])
    }

    /// The string's text.
    ///
    /// - Parameters:
    ///   - maximumBytes: the longest text, in bytes of its UTF-8; a longer one is `.range`.
    ///   - allowsNUL: whether U+0000 may occur; it ends a text in C interfaces and is refused by `jsonb`, so `.range`.
    package func string(maximumBytes: Int = 65_536, allowsNUL: Bool = false) throws(JSONError) -> String {
        let entry = entry
        guard entry.kind == .string else { throw error(.type) }
        if entry.isEscaped {
            let text = JSONText.decoded(entry, in: storage.bytes)
            guard text.count <= maximumBytes, allowsNUL || !text.contains(0) else { throw error(.range) }
            return String(decoding: text, as: UTF8.self)
        }
        guard entry.length <= maximumBytes else { throw error(.range) }
        return String(decoding: storage.bytes[entry.start..<entry.end], as: UTF8.self)
    }

    /// Throws what `string` would, without making the text.
    package func checkString(maximumBytes: Int = 65_536) throws(JSONError) {
        let entry = entry
        guard entry.kind == .string else { throw error(.type) }
        if entry.isEscaped {
            _ = try string(maximumBytes: maximumBytes)
        } else if entry.length > maximumBytes {
            throw error(.range)
        }
    }

    /// The UTF-8 of the string's text, which may hold U+0000.
    package func utf8(maximumBytes: Int = 65_536) throws(JSONError) -> [UInt8] {
        guard kind == .string else { throw error(.type) }
        let text = JSONText.decoded(entry, in: storage.bytes)
        guard text.count <= maximumBytes else { throw error(.range) }
        return text
    }

    /// Whether the value is a string of exactly these bytes; Swift's `==` on strings would also take canonical equals.
    package func matches(_ text: String) -> Bool {
        let entry = entry
        return entry.kind == .string && JSONText.matches(entry, text, in: storage.bytes)
    }

    /// The whole number, which must be written without fraction and exponent.
    ///
    /// A number that does not fit, or is outside `range`, is `.range`; `1.0` and `1e2` are `.type`.
    package func integer(in range: ClosedRange<Int64> = .min ... .max) throws(JSONError) -> Int64 {
        let entry = entry
        guard entry.kind == .number else { throw error(.type) }
        let text = storage.bytes[entry.start..<entry.end]
        var number: Int64 = 0
        var overflows = false
        for byte in text where byte != 0x2D {
            let digit = Int64(byte) - 0x30
            guard 0...9 ~= digit else { throw error(.type) }
            // Downwards, because there is one more number below zero than above.
            let (shifted, first) = number.multipliedReportingOverflow(by: 10)
            let (next, second) = shifted.subtractingReportingOverflow(digit)
            number = next
            overflows = overflows || first || second
        }
        if text.first != 0x2D {
            overflows = overflows || number == .min
            number = 0 &- number
        }
        guard !overflows, range.contains(number) else { throw error(.range) }
        return number
    }

    /// The number as the nearest double; always finite.
    package func double() throws(JSONError) -> Double {
        let entry = entry
        guard entry.kind == .number,
            let number = Double(String(decoding: storage.bytes[entry.start..<entry.end], as: UTF8.self))
        else { throw error(.type) }
        return number
    }

    package func bool() throws(JSONError) -> Bool {
        let entry = entry
        guard entry.kind == .bool else { throw error(.type) }
        return entry.length == 4
    }

    /// An error that names this value's place, for checks that only the caller can make.
    package func error(_ code: JSONError.Code) -> JSONError {
        JSONError(code: code, pointer: storage.tape.pointer(to: index, in: storage.bytes), offset: entry.start)
    }
}
