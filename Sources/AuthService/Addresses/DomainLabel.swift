import Codecs
@_spi(_Unicode) import Swift

/// One label of a domain in the form that DNS knows it by: lower-case ASCII, `xn--` and Punycode where it had others.
///
/// IDNA2008 (RFC 5891, RFC 5892) made stricter: what a mapping would have to change beyond its case is refused instead,
/// so that nobody's address looks like another one and is none.
struct DomainLabel: Hashable, Sendable {
    let ascii: String
    /// Whether it is written from right to left.
    let isRightToLeft: Bool
    /// Whether it may stand beside a label that is written from right to left (RFC 5893, section 2, rule 1).
    let beginsWithLetter: Bool

    private static let prefix = Array("xn--".utf8)

    /// Nil for anything that is no label, and for an empty one.
    init?(_ text: Substring) {
        let scalars = Self.mapped(text)
        guard scalars.allSatisfy(\.isASCII) else {
            self.init(unicode: scalars)
            return
        }
        let bytes = scalars.map { UInt8(truncatingIfNeeded: $0.value) }
        guard bytes.starts(with: Self.prefix) else {
            self.init(plain: bytes)
            return
        }
        guard let decoded = Punycode.decode(bytes.dropFirst(Self.prefix.count)), !decoded.allSatisfy(\.isASCII)
        else { return nil }
        self.init(unicode: decoded)
        // Another spelling of the same label would be another account.
        guard ascii.utf8.elementsEqual(bytes) else { return nil }
    }

    /// Each scalar in lower case, all of it in Normalization Form C.
    private static func mapped(_ text: some StringProtocol) -> [Unicode.Scalar] {
        var lower = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            lower.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
        }
        return Array(String(lower)._nfc)
    }

    private init?(plain bytes: [UInt8]) {
        guard (1...63).contains(bytes.count), Self.hasGoodHyphens(bytes.map { Unicode.Scalar($0) }),
            bytes.allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }), let first = bytes.first
        else { return nil }
        ascii = String(decoding: bytes, as: UTF8.self)
        isRightToLeft = false
        beginsWithLetter = ASCII.isLetter(first)
    }

    /// - Parameter scalars: a decoded or mapped label with at least one scalar beyond ASCII
    private init?(unicode scalars: [Unicode.Scalar]) {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        guard Self.mapped(String(view)) == scalars, Self.hasGoodHyphens(scalars),
            scalars.allSatisfy(DomainScalar.isAllowed), let first = scalars.first, !DomainScalar.isMark(first),
            !DomainScalar.mixesDigits(scalars)
        else { return nil }
        let scripts = Set(scalars.compactMap(Script.init))
        guard Script.mayMeet(scripts) else { return nil }
        isRightToLeft = scripts.contains(where: \.isRightToLeft)
        beginsWithLetter = DomainScalar.isLetter(first)
        // The rule's other parts follow from a label having one script (RFC 5893, section 2).
        guard !isRightToLeft || beginsWithLetter else { return nil }
        guard let encoded = Punycode.encode(scalars), encoded.count + Self.prefix.count <= 63 else { return nil }
        ascii = String(decoding: Self.prefix + encoded, as: UTF8.self)
    }

    /// None at either end, and no two where `xn--` has them (RFC 5891, section 4.2.3.1).
    private static func hasGoodHyphens(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.first != "-" && scalars.last != "-" && !scalars.dropFirst(2).prefix(2).elementsEqual(["-", "-"])
    }
}
