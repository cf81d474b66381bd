internal import Codecs

/// Puts a response together from the bytes of a connection, in whatever pieces they come (RFC 9112).
///
/// Knows no socket.
struct ResponseReader {
    private enum State {
        /// The status line and the fields, up to the empty line.
        case head
        /// A body of a length that was told.
        case body(left: Int)
        case chunkSize
        case chunk(left: Int)
        case chunkEnd
        /// Fields behind the last chunk, which nobody asks for.
        case trailer
        /// A body that the end of the connection ends.
        case untilEnd
        case whole
    }

    /// What has come and was not read yet.
    var input: [UInt8] = []
    /// Whether another request may follow on the connection; tells of a whole response only.
    private(set) var keepsConnection = false
    private var position = 0
    private var state = State.head
    private var isBegun = false
    private var head: [UInt8] = []
    private var headBytes = 0
    private var status = 0
    private var body: [UInt8] = []
    private var maximumBodyBytes = 0

    private static let maximumHeadBytes = 256 << 10
    /// The longest line that tells a chunk's size; its extensions have no meaning here.
    private static let maximumLineBytes = 4 << 10

    /// Whether a byte of the response has come.
    var hasBegun: Bool { isBegun || position < input.count }

    /// Makes it ready for another response, whatever became of the last one.
    mutating func begin(maximumBodyBytes: Int) {
        self.maximumBodyBytes = maximumBodyBytes
        input.removeAll(keepingCapacity: true)
        (head, body) = ([], [])
        position = 0
        state = .head
        isBegun = false
        headBytes = 0
    }

    /// Reads what has come.
    ///
    /// - Returns: whether the response is whole.
    /// - Throws: `malformed`, `tooLarge`.
    mutating func read() throws(TransportError.Code) -> Bool {
        while try step() {}
        guard case .whole = state else {
            // What is left is the beginning of a line.
            input.removeSubrange(..<position)
            position = 0
            return false
        }
        if position < input.count { keepsConnection = false }
        return true
    }

    /// Takes note of the end of the connection; whether it makes the response whole.
    mutating func end() -> Bool {
        guard case .untilEnd = state else { return false }
        state = .whole
        return true
    }

    /// Hands out the response and keeps nothing of it.
    mutating func take() -> HTTPResponse {
        defer { (head, body) = ([], []) }
        return HTTPResponse(status: status, head: head, body: body)
    }

    /// Reads one part; false where more bytes are needed, or none.
    private mutating func step() throws(TransportError.Code) -> Bool {
        switch state {
        case .head: return try readHead()
        case .body(let left): return takeBody(left) { $0 == 0 ? .whole : .body(left: $0) }
        case .chunk(let left): return takeBody(left) { $0 == 0 ? .chunkEnd : .chunk(left: $0) }
        case .chunkSize: return try readChunkSize()
        case .chunkEnd:
            guard let line = try line() else { return false }
            guard line.isEmpty else { throw .malformed }
            state = .chunkSize
        case .trailer:
            guard let line = try line() else { return false }
            try count(line.count + 2)
            if line.isEmpty { state = .whole }
        case .untilEnd:
            let count = input.count - position
            guard count <= maximumBodyBytes - body.count else { throw .tooLarge }
            return takeBody(count) { _ in .untilEnd }
        case .whole: return false
        }
        return true
    }

    // MARK: The head

    private mutating func readHead() throws(TransportError.Code) -> Bool {
        guard let end = endOfHead() else {
            guard "HTTP/".utf8.starts(with: input[position...].prefix(5)) else { throw .malformed }
            guard input.count - position <= Self.maximumHeadBytes else { throw .tooLarge }
            return false
        }
        isBegun = true
        try count(end - position)
        let head = Array(input[position..<end])
        position = end
        guard let line = StatusLine(head) else { throw .malformed }
        // What came was an interim response (RFC 9110, section 15.2).
        if line.status < 200 { return true }
        status = line.status
        self.head = head
        let fields = HTTPFields(head)
        state = try bodyState(fields)
        let isClosing = fields.says("Connection", "close")
        if case .untilEnd = state { keepsConnection = false } else { keepsConnection = line.isPersistent && !isClosing }
        return true
    }

    /// Where the empty line ends; a line feed alone ends a line as well (RFC 9112, section 2.2).
    private func endOfHead() -> Int? {
        let bytes = input.span
        var start = position
        while start < bytes.count {
            let end = HTTPFields.lineEnd(bytes, from: start)
            guard end < bytes.count else { return nil }
            let isEmpty = end == start || end == start + 1 && bytes[start] == 0x0D
            if isEmpty { return end + 1 }
            start = end + 1
        }
        return nil
    }

    /// How the body is told from what follows it (RFC 9112, section 6.3).
    private mutating func bodyState(_ fields: HTTPFields) throws(TransportError.Code) -> State {
        if status == 204 || status == 304 { return .whole }
        if fields.says("Transfer-Encoding", "chunked") { return .chunkSize }
        // How another coding ends is not known here.
        guard fields["Transfer-Encoding"] == nil else { throw .malformed }
        guard let text = fields["Content-Length"] else { return .untilEnd }
        guard let length = Int(text), length >= 0, text.utf8.first != 0x2B else { throw .malformed }
        guard length <= maximumBodyBytes else { throw .tooLarge }
        body.reserveCapacity(length)
        return length == 0 ? .whole : .body(left: length)
    }

    private mutating func count(_ bytes: Int) throws(TransportError.Code) {
        headBytes += bytes
        guard headBytes <= Self.maximumHeadBytes else { throw .tooLarge }
    }

    // MARK: The body

    private mutating func takeBody(_ left: Int, then next: (Int) -> State) -> Bool {
        let count = min(left, input.count - position)
        guard count > 0 else { return false }
        body.append(contentsOf: input[position..<position + count])
        position += count
        state = next(left - count)
        return true
    }

    private mutating func readChunkSize() throws(TransportError.Code) -> Bool {
        guard let line = try line() else { return false }
        let digits = input[line].prefix { Hex.value(of: $0) != nil }
        let rest = input[line].dropFirst(digits.count).first
        guard !digits.isEmpty, rest == nil || rest == 0x3B || rest == 0x20 || rest == 0x09 else { throw .malformed }
        var size = 0
        for digit in digits {
            guard size <= maximumBodyBytes else { throw .tooLarge }
            size = size << 4 | Int(Hex.value(of: digit) ?? 0)
        }
        guard size <= maximumBodyBytes - body.count else { throw .tooLarge }
        state = size == 0 ? .trailer : .chunk(left: size)
        return true
    }

    /// The next line without its end; nil while it is not whole.
    private mutating func line() throws(TransportError.Code) -> Range<Int>? {
        let end = HTTPFields.lineEnd(input.span, from: position)
        guard end - position <= Self.maximumLineBytes else { throw .malformed }
        guard end < input.count else { return nil }
        let last = end > position && input[end - 1] == 0x0D ? end - 1 : end
        defer { position = end + 1 }
        return position..<last
    }
}

/// What the first line of a response says (RFC 9112, section 4).
private struct StatusLine {
    let status: Int
    /// Whether the connection is kept unless a field says otherwise.
    let isPersistent: Bool

    /// Nil where the head does not begin with such a line.
    init?(_ head: [UInt8]) {
        // HTTP/1.1 200
        guard head.count > 12, head.starts(with: "HTTP/1.".utf8), head[8] == 0x20 else { return nil }
        var status = 0
        for digit in head[9..<12] {
            guard 0x30...0x39 ~= digit else { return nil }
            status = status * 10 + Int(digit) - 0x30
        }
        guard status >= 100, !(0x30...0x39 ~= head[12]) else { return nil }
        self.status = status
        isPersistent = head[7] == 0x31
    }
}
