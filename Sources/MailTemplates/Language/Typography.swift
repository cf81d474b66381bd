/// Typography of words from the source, which are typed with plain blanks and apostrophes.
enum Typography {
    static let narrowNoBreakSpace: Unicode.Scalar = "\u{202F}"

    /// Typographic apostrophes; in French narrow no-break spaces before `;` `:` `!` `?` `»` and after `«`.
    static func typeset(_ words: String, in locale: MailLocale) -> String {
        let scalars = Array(words.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (position, scalar) in scalars.enumerated() {
            let next = position + 1 < scalars.count ? scalars[position + 1] : nil
            let previous = position > 0 ? scalars[position - 1] : nil
            switch scalar {
            case " " where locale == .french && (next.map(isHighPunctuation) == true || previous == "«"):
                result.append(narrowNoBreakSpace)
            case "'": result.append("’")
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    private static func isHighPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        [";", ":", "!", "?", "»"].contains(scalar)
    }
}
