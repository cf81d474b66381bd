/// Which scalars may stand in an internationalised label, and what they are.
enum DomainScalar {
    /// Letters, marks and decimal digits of recommended scripts that no mapping would change, and the hyphen.
    static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        return scalar == "-"
            || (isLetter(scalar) || isMark(scalar) || properties.generalCategory == .decimalNumber)
                && Script(scalar) != nil && !properties.changesWhenNFKCCaseFolded
                && !properties.isDefaultIgnorableCodePoint && !exceptions.contains(scalar.value)
    }

    static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter: true
        default: false
        }
    }

    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark: true
        default: false
        }
    }

    /// Two kinds of Arabic digits in one label look alike (RFC 5892, appendices A.8 and A.9), and digits of two
    /// directions may not meet (RFC 5893, section 2, rule 4).
    static func mixesDigits(_ scalars: [Unicode.Scalar]) -> Bool {
        let kinds = [0x30...0x39, 0x660...0x669, 0x6F0...0x6F9] as [ClosedRange<UInt32>]
        let found = kinds.map { kind in scalars.contains { kind.contains($0.value) } }
        return found[1] && (found[0] || found[2])
    }

    /// Letters that IDNA2008 disallows by name (RFC 5892, section 2.6).
    private static let exceptions: Set<UInt32> = [0x640]
}
