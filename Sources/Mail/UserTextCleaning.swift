/// The steps that make a person's text harmless; bytes of what stays are never changed or normalised.
enum UserTextCleaning {
    /// More marks than this on one character are dropped; written languages need two or three.
    static let maximumMarks = 3

    /// How much is looked at, so that a megabyte costs nothing.
    private static let inspected = 1024

    /// Drops what cannot be seen, folds blanks into single ones, thins out marks.
    static func visible(_ scalars: String.UnicodeScalarView) -> [Unicode.Scalar] {
        var kept: [Unicode.Scalar] = []
        var marks = 0
        for scalar in scalars.prefix(inspected) {
            if scalar.properties.isWhitespace {
                if let last = kept.last, last != " " { kept.append(" ") }
                marks = 0
            } else if TextRules.isJoiner(scalar) {
                // Between characters beyond ASCII it shapes Persian words and families of emoji.
                if let last = kept.last, !last.isASCII, !TextRules.isJoiner(last), !breaks(last) { kept.append(scalar) }
            } else if TextRules.isMark(scalar) {
                marks += 1
                if marks <= maximumMarks, let last = kept.last, last != " ", !breaks(last) { kept.append(scalar) }
            } else if !TextRules.isInvisible(scalar) {
                marks = 0
                kept.append(scalar)
            }
        }
        while let last = kept.last, last == " " || TextRules.isJoiner(last) { kept.removeLast() }
        return kept
    }

    /// Cuts to the limit; a scalar has at most four bytes, which bounds those too.
    static func shortened(_ scalars: [Unicode.Scalar], to limit: Int) -> String {
        var text = String.UnicodeScalarView()
        guard scalars.count > limit else {
            text.append(contentsOf: scalars)
            return String(text)
        }
        var cut = scalars.prefix(max(0, limit - 1))
        while let last = cut.last, last == " " || breaks(last) || TextRules.isJoiner(last) { cut.removeLast() }
        text.append(contentsOf: cut + ["…"])
        return String(text)
    }

    /// Breaks up whatever a mail program would take for an address, with blanks that can be seen.
    ///
    /// Invisible separators would keep the look, but each program treats them in its own way.
    static func inert(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        if isNetwork(scalars) { return scalars }
        var text: [Unicode.Scalar] = []
        for (position, original) in scalars.enumerated() {
            let scalar = plainDot(original)
            let previous = position > 0 ? scalars[position - 1] : " "
            let next = position + 1 < scalars.count ? scalars[position + 1] : " "
            let isBetweenDigits = isDigit(previous) && isDigit(next)
            if isAt(scalar), let last = text.last, last != " " { text.append(" ") }
            text.append(scalar)
            if breaks(scalar), next != " ", !isBetweenDigits || isAt(scalar) { text.append(" ") }
        }
        return text
    }

    /// Whether the whole text is hexadecimal digits and colons, and perhaps a length behind a slash, as the network of an
    /// IPv6 address (RFC 4291, section 2.3): nothing that leads anywhere, and blanks would make it unreadable.
    private static func isNetwork(_ scalars: [Unicode.Scalar]) -> Bool {
        let parts = scalars.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first, address.count <= 45, address.count(where: { $0 == ":" }) >= 2,
            address.allSatisfy({ $0 == ":" || isDigit($0) || ("a"..."f").contains($0) })
        else { return false }
        return parts.count == 1 || (1...3).contains(parts[1].count) && parts[1].allSatisfy(isDigit)
    }

    /// The full stops that browsers read as a dot in a host name (UTS 46), and one that looks like it.
    private static func plainDot(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ["\u{3002}", "\u{FF0E}", "\u{FF61}", "\u{2024}", "\u{FE52}"].contains(scalar) ? "." : scalar
    }

    private static func breaks(_ scalar: Unicode.Scalar) -> Bool {
        isAt(scalar) || [".", ":", "/", "\\", "：", "／", "﹕"].contains(plainDot(scalar))
    }

    private static func isAt(_ scalar: Unicode.Scalar) -> Bool {
        ["@", "＠", "﹫"].contains(scalar)
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar)
    }
}
