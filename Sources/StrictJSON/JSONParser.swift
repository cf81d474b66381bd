/// One pass over a text that checks everything and leaves the tape behind.
///
/// Without recursion, so that no text can exhaust the stack. Grammar: RFC 8259.
struct JSONParser {
    var tape = JSONTape()
    /// Entries of the containers that are open, outermost first.
    var open: [Int] = []
    /// The names of the object that is being closed; kept, so that not every object allocates.
    var names: [Int] = []
    /// The next byte to look at.
    var index = 0
    /// Whether the innermost container has no child yet.
    private var isFirst = true
    let source: [UInt8]
    let limits: JSONLimits

    init(_ source: [UInt8], limits: JSONLimits) {
        self.source = source
        self.limits = limits
        tape.entries.reserveCapacity(min(limits.maximumValues, source.count / 16 + 8))
    }

    mutating func run() throws(JSONError) {
        guard source.count <= limits.maximumBytes else {
            throw JSONError(code: .size, pointer: "", offset: limits.maximumBytes)
        }
        // A copy of the reference, so that the span borrows it and not the parser.
        let source = source
        let bytes = source.span
        skipBlanks(bytes)
        try value(bytes)
        while let container = open.last {
            try step(container, bytes)
        }
        skipBlanks(bytes)
        guard index == bytes.count else { throw failure(.syntax, at: index) }
    }

    /// Reads one element or member of the innermost container, or its closing bracket.
    private mutating func step(_ container: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        let isObject = tape.entries[container].kind == .object
        skipBlanks(bytes)
        if peek(bytes) == (isObject ? 0x7D : 0x5D) {
            return try close(container, isObject: isObject, bytes)
        }
        if !isFirst {
            try expect(0x2C, bytes)
            skipBlanks(bytes)
        }
        isFirst = false
        if isObject {
            guard peek(bytes) == 0x22 else { throw failure(.syntax, at: index) }
            try string(bytes)
            skipBlanks(bytes)
            try expect(0x3A, bytes)
            skipBlanks(bytes)
        }
        try value(bytes)
    }

    private mutating func value(_ bytes: Span<UInt8>) throws(JSONError) {
        switch peek(bytes) {
        case 0x22: try string(bytes)
        case 0x7B: try begin(.object)
        case 0x5B: try begin(.array)
        case 0x2D, 0x30...0x39: try number(bytes)
        case 0x74: try literal("true", .bool, bytes)
        case 0x66: try literal("false", .bool, bytes)
        case 0x6E: try literal("null", .null, bytes)
        default: throw failure(.syntax, at: index)
        }
    }

    private mutating func begin(_ kind: JSONKind) throws(JSONError) {
        guard open.count < limits.maximumDepth else { throw failure(.depth, at: index) }
        open.append(tape.entries.count)
        try append(kind, from: index, length: 0)
        tape.entries[tape.entries.count - 1].next = 0
        index += 1
        isFirst = true
    }

    private mutating func close(_ container: Int, isObject: Bool, _ bytes: Span<UInt8>) throws(JSONError) {
        if isObject { try refuseDuplicates(in: container, bytes) }
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
    mutating func append(
        _ kind: JSONKind, from start: Int, length: Int, isEscaped: Bool = false
    ) throws(JSONError) {
        guard tape.entries.count < limits.maximumValues else { throw failure(.size, at: start) }
        tape.entries.append(
            JSONEntry(
                offset: UInt32(start), length: UInt32(length), next: UInt32(tape.entries.count + 1), kind: kind,
                isEscaped: isEscaped))
    }

    func failure(_ code: JSONError.Code, at offset: Int) -> JSONError {
        let last = tape.entries.count - 1
        let pointer = last < 0 ? "" : tape.pointer(to: last, in: source)
        return JSONError(code: code, pointer: pointer, offset: offset)
    }

    /// The next byte; 0 at the end, which no place of the grammar allows.
    private func peek(_ bytes: Span<UInt8>) -> UInt8 {
        index < bytes.count ? bytes[index] : 0
    }

    private mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONError) {
        guard peek(bytes) == byte else { throw failure(.syntax, at: index) }
        index += 1
    }

    private mutating func skipBlanks(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }
}
