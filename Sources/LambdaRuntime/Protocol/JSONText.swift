/// Writes flat JSON straight into bytes; for log lines and error reports, which are written at a fast pace or in need.
struct JSONText {
    private(set) var bytes: [UInt8] = []
    private var needsComma = false

    init(reserving count: Int = 512) {
        bytes.reserveCapacity(count)
    }

    /// Begins an object with the given text; its first member gets no comma.
    mutating func open(_ text: StaticString) {
        raw(text)
        needsComma = false
    }

    /// Ends an object; what follows it in its parent gets a comma.
    mutating func close(_ text: StaticString) {
        raw(text)
        needsComma = true
    }

    /// Text that is JSON already.
    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: [UInt8]) {
        bytes.append(contentsOf: text)
    }

    mutating func member(_ name: String, _ value: String, maximumBytes: Int = .max) {
        key(name)
        string(value, maximumBytes: maximumBytes)
    }

    mutating func key(_ name: String) {
        if needsComma { bytes.append(0x2C) }
        needsComma = true
        string(name)
        bytes.append(0x3A)
    }

    /// A string with quotes (RFC 8259, section 7); cut at a character's boundary where it is longer than allowed.
    mutating func string(_ text: String, maximumBytes: Int = .max) {
        var text = text
        bytes.append(0x22)
        text.withUTF8 { utf8 in
            let end = unsafe Self.end(of: utf8, maximumBytes)
            unsafe escape(UnsafeBufferPointer(rebasing: utf8[..<end]))
            if end < utf8.count { bytes.append(contentsOf: "…".utf8) }
        }
        bytes.append(0x22)
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var plainFrom = 0
        for index in text.indices {
            let byte = unsafe text[index]
            // DEL needs no escape in JSON, but terminals and old parsers stumble over it.
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
            unsafe bytes.append(contentsOf: text[plainFrom..<index])
            plainFrom = index + 1
            appendEscape(of: byte)
        }
        unsafe bytes.append(contentsOf: text[plainFrom...])
    }

    private mutating func appendEscape(of byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: bytes += [0x5C, byte]
        case 0x0A: raw(#"\n"#)
        case 0x0D: raw(#"\r"#)
        case 0x09: raw(#"\t"#)
        default:
            raw(#"\u00"#)
            bytes.append(Self.hexDigit(byte >> 4))
            bytes.append(Self.hexDigit(byte & 15))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x57 + value
    }

    private static func end(of text: UnsafeBufferPointer<UInt8>, _ maximum: Int) -> Int {
        guard text.count > maximum else { return text.count }
        var end = max(0, maximum)
        while unsafe end > 0 && text[end] & 0xC0 == 0x80 { end -= 1 }
        return end
    }
}
