import Cryptography
package import ServiceKit
package import StrictJSON
@_spi(_Unicode) internal import Swift

/// A password as somebody typed it, normalised, wiped when its last owner lets go of it, and shown by no way of printing.
///
/// Nothing is trimmed and no case is folded; U+0000 counts like any other character. Two ways of typing one letter
/// (`é` as one code point or as two) are one password: Normalization Form C (NIST SP 800-63B-4, section 3.1.1.2).
package struct Password: Sendable {
    /// The longest password, in Unicode scalars.
    package static let maximumScalars = 256
    /// The longest password, in bytes of its UTF-8: what the longest one in scalars can need.
    package static let maximumBytes = 1_024

    /// The UTF-8 of the normalised text.
    let secret: SecretBytes
    /// How many Unicode scalars the normalised text has: what a person counts, not what Swift's `count` does.
    package let scalarCount: Int

    /// Reads a member of a body; the same for a password that is chosen and one that is checked.
    ///
    /// - Parameter pointer: the member's place in the body (RFC 6901), as `/password`
    /// - Throws: `Problem` 422 where the value is no string, is empty (`too_short`), or longer than either maximum
    ///   (`too_long`); before anything is hashed or looked up.
    package init(json value: JSONValue, at pointer: String) throws(Problem) {
        let bytes: [UInt8]
        do throws(JSONError) {
            bytes = try value.utf8(maximumBytes: Self.maximumBytes)
        } catch {
            throw error.code == .range ? Self.tooLong(pointer) : Problem(error)
        }
        try self.init(utf8: bytes, at: pointer)
    }

    /// The same from bytes.
    ///
    /// Throws what the other does; bytes that are not UTF-8 are refused and never repaired.
    package init(utf8 bytes: [UInt8], at pointer: String) throws(Problem) {
        guard !bytes.isEmpty else { throw Self.refusal(pointer, "too_short", min: 1) }
        guard bytes.count <= Self.maximumBytes else { throw Self.tooLong(pointer) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Self.refusal(pointer, "invalid_encoding")
        }
        let (normalised, scalars) = Self.composed(text)
        guard scalars <= Self.maximumScalars else { throw Self.tooLong(pointer) }
        secret = SecretBytes(normalised)
        scalarCount = scalars
    }

    /// The text in Normalization Form C (Unicode Standard Annex 15), as UTF-8, and the number of its scalars.
    static func composed(_ text: String) -> (utf8: [UInt8], scalars: Int) {
        var utf8: [UInt8] = []
        utf8.reserveCapacity(text.utf8.count)
        var scalars = 0
        for scalar in decomposedWhereNeeded(text)._nfc {
            utf8.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            scalars += 1
        }
        return (utf8, scalars)
    }

    /// Swift takes these three characters for the start of a letter because their own class is 0, and so leaves marks
    /// around them in the wrong order; what they stand for (UnicodeData.txt) it orders right.
    private static func decomposedWhereNeeded(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { nonStarters[$0] != nil }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(contentsOf: nonStarters[scalar] ?? [scalar]) }
        return String(result)
    }

    private static let nonStarters: [Unicode.Scalar: [Unicode.Scalar]] = [
        "\u{F73}": ["\u{F71}", "\u{F72}"], "\u{F75}": ["\u{F71}", "\u{F74}"], "\u{F81}": ["\u{F71}", "\u{F80}"],
    ]

    private static func tooLong(_ pointer: String) -> Problem {
        refusal(pointer, "too_long", max: maximumScalars)
    }

    private static func refusal(_ pointer: String, _ code: String, min: Int? = nil, max: Int? = nil) -> Problem {
        .unprocessable(pointer: pointer, code: code, min: min, max: max)
    }
}
