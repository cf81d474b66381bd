/// French typography for words from the source, which are typed with plain blanks and apostrophes.
enum French {
    /// A narrow no-break space.
    static let narrowSpace: Unicode.Scalar = "\u{202F}"

    /// Puts narrow no-break spaces before `;` `:` `!` `?` `»` and after `«`, and typographic apostrophes.
    static func typeset(_ words: String) -> String {
        let scalars = Array(words.unicodeScalars)
        var result = String.UnicodeScalarView()
        for (position, scalar) in scalars.enumerated() {
            let next = position + 1 < scalars.count ? scalars[position + 1] : nil
            let previous = position > 0 ? scalars[position - 1] : nil
            switch scalar {
            case " " where next.map(isHighPunctuation) == true || previous == "«": result.append(narrowSpace)
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
