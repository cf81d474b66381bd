internal import StrictJSON

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
        name.writeJSON(to: &bytes)
        bytes.append(0x3A)
    }

    /// A string with quotes (RFC 8259, section 7); cut at a character's boundary where it is longer than allowed.
    mutating func string(_ text: String, maximumBytes: Int = .max) {
        let whole = text.utf8.count <= maximumBytes
        (whole ? text : Self.cut(text, maximumBytes)).writeJSON(to: &bytes)
    }

    private static func cut(_ text: String, _ maximum: Int) -> String {
        let utf8 = Array(text.utf8.prefix(max(0, maximum) + 1))
        var end = utf8.count - 1
        while end > 0, utf8[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: utf8[..<max(0, end)], as: UTF8.self) + "…"
    }
}
