/// The request line and header fields (RFC 9112, sections 3 and 5).
struct RequestHead {
    let method: String
    let target: String
    let fields: [(name: String, value: String)]
    /// How long the body is; nil where the fields contradict each other.
    let length: Length?
    let expectsContinue: Bool

    enum Length: Equatable {
        case bytes(Int)
        case chunks
    }

    /// Nil for anything but HTTP/1.
    ///
    /// - Parameter bytes: up to and with the empty line.
    init?(_ bytes: ArraySlice<UInt8>) {
        let lines = bytes.split(separator: 10).map { $0.last == 13 ? $0.dropLast() : $0 }.filter { !$0.isEmpty }
        let words = (lines.first ?? []).split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), Self.isToken(words[0]), !words[1].isEmpty else {
            return nil
        }
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
        length = Self.length(fields)
        expectsContinue = Self.values("expect", fields).first?.lowercased() == "100-continue"
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
