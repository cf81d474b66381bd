/// One pass over a text that checks everything and leaves the tape behind.
///
/// Without recursion, so that no text can exhaust the stack. Grammar: RFC 8259.
struct JSONParser {
    var tape = JSONTape()
    /// Entries of the containers that are open, outermost first.
    var open: [Int] = []
    /// The next byte to look at.
    var index = 0
    /// Whether the innermost container has no child yet.
    private var isFirst = true
    let source: [UInt8]
    let limits: JSONLimits

    init(_ source: [UInt8], limits: JSONLimits) {
        self.source = source
        self.limits = limits
        tape.entries.reserveCapacity(min(limits.maximumValues, source.count / 12 + 8))
    }

    mutating func run() throws(JSONError) {
        guard source.count <= limits.maximumBytes else {
            throw JSONError(code: .size, pointer: "", offset: limits.maximumBytes)
        }
        // A copy of the reference, so that the span borrows it and not the parser.
        let source = source
        let bytes = source.span
        skipBlanks(bytes)
        _ = try value(bytes)
        while let container = open.last {
            if tape.entries[container].kind == .object {
                try members(of: container, bytes)
            } else {
                try elements(of: container, bytes)
            }
        }
        skipBlanks(bytes)
        guard index == bytes.count else { throw failure(.syntax, at: index) }
    }

    /// Reads members until the object ends or one of them begins a container, which is then the innermost.
    private mutating func members(of object: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        repeat {
            skipBlanks(bytes)
            if peek(bytes) == 0x7D {
                try refuseDuplicates(in: object, bytes)
                return close(object)
            }
            try separator(bytes)
            guard peek(bytes) == 0x22 else { throw failure(.syntax, at: index) }
            try string(bytes)
            skipBlanks(bytes)
            try expect(0x3A, bytes)
            skipBlanks(bytes)
        } while try !value(bytes)
    }

    /// Reads elements until the array ends or one of them begins a container, which is then the innermost.
    private mutating func elements(of array: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        repeat {
            skipBlanks(bytes)
            if peek(bytes) == 0x5D { return close(array) }
            try separator(bytes)
        } while try !value(bytes)
    }

    /// Reads the comma in front of every child but the first.
    @inline(__always)
    private mutating func separator(_ bytes: Span<UInt8>) throws(JSONError) {
        if !isFirst {
            try expect(0x2C, bytes)
            skipBlanks(bytes)
        }
        isFirst = false
    }

    /// Reads a value, of a container only the opening bracket; returns whether it is a container.
    @inline(__always)
    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        // Nearly every value is a string.
        if peek(bytes) == 0x22 {
            try string(bytes)
            return false
        }
        return try otherValue(bytes)
    }

    private mutating func otherValue(_ bytes: Span<UInt8>) throws(JSONError) -> Bool {
        switch peek(bytes) {
        case 0x7B:
            try begin(.object)
            return true
        case 0x5B:
            try begin(.array)
            return true
        case 0x2D, 0x30...0x39: try number(bytes)
        case 0x74: try literal("true", .bool, bytes)
        case 0x66: try literal("false", .bool, bytes)
        case 0x6E: try literal("null", .null, bytes)
        default: throw failure(.syntax, at: index)
        }
        return false
    }

    private mutating func begin(_ kind: JSONKind) throws(JSONError) {
        guard open.count < limits.maximumDepth else { throw failure(.depth, at: index) }
        open.append(tape.entries.count)
        try append(kind, from: index, length: 0)
        tape.entries[tape.entries.count - 1].next = 0
        index += 1
        isFirst = true
    }

    private mutating func close(_ container: Int) {
        index += 1
        open.removeLast()
        tape.entries[container].length = UInt32(index) - tape.entries[container].offset
        tape.entries[container].next = UInt32(tape.entries.count)
        isFirst = false
    }

    private mutating func literal(_ word: String, _ kind: JSONKind, _ bytes: Span<UInt8>) throws(JSONError) {
        let letters = word.utf8.span
        guard index + letters.count <= bytes.count else { throw failure(.syntax, at: index) }
        for position in 0..<letters.count where bytes[index + position] != letters[position] {
            throw failure(.syntax, at: index + position)
        }
        try append(kind, from: index, length: letters.count)
        index += letters.count
    }

    /// Adds the entry of a value, or of a name, that ends the tape.
    @inline(__always)
    mutating func append(
        _ kind: JSONKind, from start: Int, length: Int, isEscaped: Bool = false
    ) throws(JSONError) {
        guard tape.entries.count < limits.maximumValues else { throw failure(.size, at: start) }
        tape.entries.append(
            JSONEntry(
                offset: UInt32(start), length: UInt32(length), next: UInt32(tape.entries.count + 1), kind: kind,
                isEscaped: isEscaped))
    }

    @inline(never)
    func failure(_ code: JSONError.Code, at offset: Int) -> JSONError {
        let last = tape.entries.count - 1
        let pointer = last < 0 ? "" : tape.pointer(to: last, in: source)
        return JSONError(code: code, pointer: pointer, offset: offset)
    }

    /// The next byte; 0 at the end, which no place of the grammar allows.
    @inline(__always)
    private func peek(_ bytes: Span<UInt8>) -> UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
        guard peek(bytes) == byte else { throw failure(.syntax, at: index) }
        index += 1
    }

    @inline(__always)
    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        // Machines write JSON without blanks: one comparison finds none.
        if peek(bytes) <= 0x20 { skipSomeBlanks(bytes) }
    }

    private mutating func skipSomeBlanks(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }
}
