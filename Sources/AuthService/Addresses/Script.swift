/// A system of writing that may stand in a host name.
///
/// Those recommended for identifiers (Unicode Standard Annex 31, table 5), by blocks of the code charts: whether a scalar
/// of a block is a letter at all, its general category tells.
enum Script: UInt8, Sendable {
    case latin, greek, cyrillic, armenian, hebrew, arabic, thaana, devanagari, bengali, gurmukhi, gujarati, oriya
    case tamil, telugu, kannada, malayalam, sinhala, thai, lao, tibetan, myanmar, georgian, ethiopic, khmer
    case hangul, han, hiragana, katakana, bopomofo
    /// Digits, the hyphen, and marks that letters of every script may carry.
    case common

    /// Nil for scripts that are not recommended, and for what is no script.
    init?(_ scalar: Unicode.Scalar) {
        guard let block = Self.blocks.first(where: { $0.range.contains(scalar.value) }) else { return nil }
        self = block.script
    }

    /// Whether its letters are written from right to left.
    var isRightToLeft: Bool { self == .hebrew || self == .arabic || self == .thaana }

    /// Whether these may stand in one label: one of them, or those that one language is written in together
    /// (Unicode Technical Standard 39, section 5.1, less the combinations with Latin letters).
    static func mayMeet(_ scripts: Set<Script>) -> Bool {
        let scripts = scripts.subtracting([.common])
        return scripts.count <= 1 || together.contains(where: scripts.isSubset)
    }

    private static let together: [Set<Script>] = [[.han, .hiragana, .katakana], [.han, .hangul], [.han, .bopomofo]]

    private static let blocks: [(range: ClosedRange<UInt32>, script: Script)] = [
        (0x2D...0x2D, .common), (0x30...0x39, .common), (0x61...0x7A, .latin), (0xDF...0x2AF, .latin),
        (0x300...0x36F, .common), (0x370...0x3E1, .greek), (0x3F0...0x3FF, .greek), (0x400...0x52F, .cyrillic),
        (0x530...0x58F, .armenian), (0x590...0x5FF, .hebrew), (0x600...0x6FF, .arabic), (0x750...0x77F, .arabic),
        (0x780...0x7BF, .thaana), (0x870...0x8FF, .arabic), (0x900...0x97F, .devanagari), (0x980...0x9FF, .bengali),
        (0xA00...0xA7F, .gurmukhi), (0xA80...0xAFF, .gujarati), (0xB00...0xB7F, .oriya), (0xB80...0xBFF, .tamil),
        (0xC00...0xC7F, .telugu), (0xC80...0xCFF, .kannada), (0xD00...0xD7F, .malayalam), (0xD80...0xDFF, .sinhala),
        (0xE00...0xE7F, .thai), (0xE80...0xEFF, .lao), (0xF00...0xFFF, .tibetan), (0x1000...0x109F, .myanmar),
        (0x10D0...0x10FF, .georgian), (0x1200...0x139F, .ethiopic), (0x1780...0x17FF, .khmer),
        (0x1E00...0x1EFF, .latin), (0x1F00...0x1FFF, .greek), (0x2D80...0x2DDF, .ethiopic), (0x3005...0x3006, .han),
        (0x3040...0x309F, .hiragana), (0x30A0...0x30FF, .katakana), (0x3100...0x312F, .bopomofo),
        (0x31A0...0x31BF, .bopomofo), (0x31F0...0x31FF, .katakana), (0x3400...0x4DBF, .han), (0x4E00...0x9FFF, .han),
        (0xAC00...0xD7A3, .hangul), (0x20000...0x323AF, .han),
    ]
}
