/// A text of which each character may stand in upper or lower case (`equals-ignore-case`).
///
/// As event-ruler does it, character by character with Unicode's own mappings: `É` is `é`.
struct CaseVariants: Sendable {
    /// For each character, the UTF-8 of what may stand there.
    private let characters: [[[UInt8]]]

    init(_ text: String) {
        characters = text.unicodeScalars.map { scalar in
            let own = Array(String(scalar).utf8)
            let lower = Array(scalar.properties.lowercaseMapping.utf8)
            let upper = Array(scalar.properties.uppercaseMapping.utf8)
            return Array(Set([own, lower, upper]))
        }
    }

    func match(_ text: [UInt8]) -> Bool {
        Self.ends(characters, text).contains(text.count)
    }

    func matchStart(of text: [UInt8]) -> Bool {
        !Self.ends(characters, text).isEmpty
    }

    func matchEnd(of text: [UInt8]) -> Bool {
        let backwards = characters.reversed().map { variants in variants.map { Array($0.reversed()) } }
        return !Self.ends(backwards, text.reversed()).isEmpty
    }

    /// Where the characters can end in a text at whose start they begin; variants may differ in length.
    private static func ends(_ characters: [[[UInt8]]], _ text: [UInt8]) -> Set<Int> {
        var ends: Set<Int> = [0]
        for variants in characters {
            var next: Set<Int> = []
            for end in ends {
                for variant in variants where text[end...].starts(with: variant) { next.insert(end + variant.count) }
            }
            if next.isEmpty { return [] }
            ends = next
        }
        return ends
    }
}
