/// Classes of bytes; text that only looks like ASCII must not pass for it.
package enum ASCII {
    package static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    package static func isUppercase(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

    package static func isLowercase(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }

    package static func isLetter(_ byte: UInt8) -> Bool { isUppercase(byte) || isLowercase(byte) }

    package static func isLetterOrDigit(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }

    /// Neither a blank nor a control character.
    package static func isVisible(_ byte: UInt8) -> Bool { (0x21...0x7E).contains(byte) }

    /// A blank or a visible character: what stands in one line.
    package static func isPrintable(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) }

    /// The text with `A` to `Z` in lower case and every other byte as it is.
    package static func lowercased(_ text: String) -> String {
        String(decoding: text.utf8.map { isUppercase($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
