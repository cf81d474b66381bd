/// What characters do, where that matters for safety.
enum TextRules {
    /// C0, DEL, C1 and the line and paragraph separators: all of them can end a line somewhere.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value)
    }

    /// Characters that are seen by what they do to others: direction marks, invisible ones, unassigned ones.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
        // The Hangul fillers and the blank Braille cell count as letters and symbols, and show nothing.
        default: [0x115F, 0x1160, 0x3164, 0xFFA0, 0x2800, 0x034F].contains(scalar.value)
        }
    }

    /// Marks that are drawn over the character before them.
    static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    /// Joins letters or emoji into one shape.
    static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x200C || scalar.value == 0x200D
    }
}
