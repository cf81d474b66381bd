/// The request line and header fields (RFC 9112, sections 2, 3 and 5): what others could read in another way is refused.
struct RequestHead {
    let method: String
    let target: String
    let fields: [(name: String, value: String)]
    /// How long the body is; nil where the fields contradict each other.
    let length: Length?
    let expectsContinue: Bool
    /// What happens to the connection after the answer.
    let connection: Connection

    enum Length: Equatable {
        case bytes(Int)
        case chunks
    }

    enum Connection {
        case kept
        /// Kept because a client of HTTP/1.0 asks for it, which wants to be told so.
        case keptAsAsked
        case closed
    }

    /// Nil for anything but HTTP/1.
    ///
    /// - Parameter bytes: up to and with the empty line.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let lines = Self.lines(bytes), let first = lines.first else { return nil }
        let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, Self.isToken(words[0]), Self.isTarget(words[1]), let version = Self.version(words[2])
        else { return nil }
        method = String(decoding: words[0], as: UTF8.self)
        target = String(decoding: words[1], as: UTF8.self)
        var fields: [(name: String, value: String)] = []
        fields.reserveCapacity(lines.count)
        for line in lines.dropFirst() {
            // A name with a space in it, or a line that goes on with the one before (RFC 9112, section 5.1 and 5.2).
            guard let colon = line.firstIndex(of: 0x3A), Self.isToken(line[..<colon]) else { return nil }
            let value = Self.trimmed(line[(colon + 1)...])
            fields.append((String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        self.fields = fields
        // Section 3.2: whoever is asked stands there once; HTTP/1.0 did not know the field.
        let hosts = Self.values("host", fields).count
        guard hosts == 1 || version == 0 && hosts == 0 else { return nil }
        let length = Self.length(fields)
        // Section 6.1: chunks of a version that had none.
        self.length = version == 0 && length == .chunks ? nil : length
        expectsContinue = version > 0 && Self.values("expect", fields).first?.lowercased() == "100-continue"
        connection = Self.connection(fields, version: version)
    }

    /// Each ends with CR and LF; neither of them stands inside of one, nor NUL (RFC 9110, section 5.5).
    ///
    /// Empty ones before the first are left out.
    private static func lines(_ bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var lines: [ArraySlice<UInt8>] = []
        for line in bytes.split(separator: 10, omittingEmptySubsequences: false).dropLast() {
            guard line.last == 13, !line.dropLast().contains(where: { $0 == 13 || $0 == 0 }) else { return nil }
            if !lines.isEmpty || line.count > 1 { lines.append(line.dropLast()) }
        }
        // The empty line is the head's end.
        return lines.dropLast()
    }

    /// The minor version: of HTTP/1.1, 1; nil for what is not HTTP/1.
    private static func version(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        guard bytes.count == 8, bytes.starts(with: "HTTP/1.".utf8), let digit = bytes.last, (48...57).contains(digit)
        else { return nil }
        return digit - 48
    }

    private static func isTarget(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// Section 9.3.
    private static func connection(_ fields: [(name: String, value: String)], version: UInt8) -> Connection {
        let options = values("connection", fields).flatMap { $0.split(separator: ",") }.map {
            String(decoding: trimmed(Array($0.utf8)[...]), as: UTF8.self).lowercased()
        }
        if options.contains("close") { return .closed }
        if version > 0 { return .kept }
        return options.contains("keep-alive") ? .keptAsAsked : .closed
    }

    /// RFC 9112, section 6.3: two lengths, or a length beside chunks, could be read in two ways.
    private static func length(_ fields: [(name: String, value: String)]) -> Length? {
        let lengths = values("content-length", fields)
        let codings = values("transfer-encoding", fields)
        guard codings.isEmpty else {
            return codings.count == 1 && codings[0].lowercased() == "chunked" && lengths.isEmpty ? .chunks : nil
        }
        guard let first = lengths.first else { return .bytes(0) }
        guard lengths.count == 1, (1...18).contains(first.utf8.count), first.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(first).map { .bytes($0) }
    }

    private static func values(_ name: String, _ fields: [(name: String, value: String)]) -> [String] {
        fields.filter { $0.name.utf8.count == name.utf8.count && $0.name.lowercased() == name }.map(\.value)
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, first == 0x20 || first == 0x09 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes = bytes.dropLast() }
        return bytes
    }

    /// RFC 9110, section 5.6.2.
    private static func isToken(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }
}
