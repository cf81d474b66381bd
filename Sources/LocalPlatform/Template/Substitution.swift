internal import Codecs

/// The text of an `Fn::Sub` in its parts: `${Name}`, `${Resource.Attribute}` and `${!Literal}`.
struct Substitution {
    enum Part: Equatable {
        case text(String)
        case variable(String)
    }

    let parts: [Part]

    /// Nil where a `${` has no end, or a variable has other characters than CloudFormation lets it have: letters,
    /// digits, underscores, periods and colons.
    init?(_ pattern: String) {
        var parts: [Part] = []
        var rest = Substring(pattern)
        while let start = rest.firstRange(of: "${") {
            parts.append(.text(String(rest[..<start.lowerBound])))
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { return nil }
            let name = rest[..<end]
            if name.hasPrefix("!") {
                parts.append(.text("${\(name.dropFirst())}"))
            } else {
                guard !name.isEmpty, name.utf8.allSatisfy(Self.mayNameVariable) else { return nil }
                parts.append(.variable(String(name)))
            }
            rest = rest[rest.index(after: end)...]
        }
        self.parts = parts + [.text(String(rest))]
    }

    /// Names of the variables; none where the text is malformed.
    static func variables(_ pattern: String) -> [String] {
        (Substitution(pattern)?.parts ?? []).compactMap { part in
            if case .variable(let name) = part { name } else { nil }
        }
    }

    private static func mayNameVariable(_ byte: UInt8) -> Bool {
        ASCII.isLetterOrDigit(byte) || [0x2E, 0x3A, 0x5F].contains(byte)
    }
}
