/// One alternative in a field's list of a pattern.
indirect enum ValueMatcher: Sendable {
    /// A text, byte for byte.
    case text([UInt8])
    /// A text that is an address, however it is written.
    case addresses(AddressRange)
    case number(String)
    /// `true`, `false` or `null`.
    case literal(JSONTree)
    case prefix([UInt8])
    case suffix([UInt8])
    case folded(CaseVariants, FoldedPart)
    case wildcard(WildcardPattern)
    case numeric(NumericRange)
    case anythingBut([ValueMatcher])
    case exists(Bool)

    enum FoldedPart: Sendable {
        case whole
        case start
        case end
    }

    /// Whether it is satisfied by a field that is not there.
    var wantsAbsence: Bool {
        if case .exists(false) = self { true } else { false }
    }

    /// Whether a scalar that stands at the field matches.
    func matches(_ scalar: JSONTree) -> Bool {
        switch self {
        case .exists(let wanted): return wanted
        case .anythingBut(let excluded): return !excluded.contains { $0.matches(scalar) }
        case .literal(let wanted): return wanted == scalar
        case .number(let wanted):
            guard case .number(let text) = scalar else { return false }
            return NumericRange.equal(wanted, text)
        case .numeric(let range):
            guard case .number(let text) = scalar else { return false }
            return range.contains(text)
        default: return scalar.text.map { matches(Array($0.utf8)) } ?? false
        }
    }

    private func matches(_ text: [UInt8]) -> Bool {
        switch self {
        case .text(let wanted): text == wanted
        case .prefix(let wanted): text.starts(with: wanted)
        case .suffix(let wanted): text.reversed().starts(with: wanted.reversed())
        case .folded(let variants, .whole): variants.match(text)
        case .folded(let variants, .start): variants.matchStart(of: text)
        case .folded(let variants, .end): variants.matchEnd(of: text)
        case .wildcard(let pattern): pattern.matches(text)
        case .addresses(let range): InternetAddress(text).map(range.contains) ?? false
        case .number, .literal, .numeric, .anythingBut, .exists: false
        }
    }
}
