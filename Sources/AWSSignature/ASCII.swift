/// Questions about bytes; text that only looks like ASCII must not pass for it.
enum ASCII {
    static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

    static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    /// Blanks of a field's value, and what ends the lines of one that is folded (RFC 9112, section 5.2).
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Whether the text is the name of a field (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let others = Array("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || isUppercase(byte)
                    || others.contains(byte)
            }
    }

    static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { isUppercase($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// Byte by byte, as the signature's rules sort; String's own order is another one.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    /// Whether two texts have the same bytes; String's own equality takes more for the same.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }
}
