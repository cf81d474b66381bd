internal import Codecs

extension ASCII {
    /// Blanks of a field's value, and what ends the lines of one that is folded (RFC 9112, section 5.2).
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    /// Whether the text is the name of a field (RFC 9110, section 5.6.2).
    static func isToken(_ text: String) -> Bool {
        let others = Array("!#$%&'*+-.^_`|~".utf8)
        return !text.isEmpty
            && text.utf8.allSatisfy { byte in
                isLetterOrDigit(byte) || others.contains(byte)
            }
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
