/// A text of a policy with wildcards and variables, made ready for one request.
struct PolicyPattern {
    /// How far `*` reaches.
    enum Form {
        /// Over everything, as in actions and in `StringLike`.
        case plain
        /// As in `Resource`: `*` stays within its part of the ARN unless it is the last character of the part, and `?`
        /// is never a colon (IAM user guide, "IAM JSON policy elements: Resource").
        case resource
    }

    private enum Token: Equatable {
        case character(Unicode.Scalar)
        case one
        case many(overColons: Bool)
    }

    private let tokens: [Token]
    /// Most patterns have neither `*` nor `?`.
    private let isLiteral: Bool
    private let form: Form
    private let ignoresCase: Bool

    /// Nil where a variable has no value in this request: then nothing matches.
    init?(
        _ text: String, _ form: Form, for request: AccessRequest?, hasWildcards: Bool = true, ignoresCase: Bool = false
    ) {
        var tokens: [Token] = []
        var rest = Substring(ignoresCase ? text.lowercased() : text).unicodeScalars
        while let character = rest.popFirst() {
            switch character {
            case "$" where rest.first == "{" && request != nil:
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "}"), let request,
                    let value = PolicyVariable.value(String(rest[..<end]), in: request)
                else { return nil }
                tokens += (ignoresCase ? value.lowercased() : value).unicodeScalars.map { .character($0) }
                rest = rest[rest.index(after: end)...]
            case "*" where hasWildcards:
                tokens.append(.many(overColons: form == .plain || rest.isEmpty || rest.first == ":"))
            case "?" where hasWildcards: tokens.append(.one)
            default: tokens.append(.character(character))
            }
        }
        self.tokens = tokens
        isLiteral = tokens.allSatisfy { if case .character = $0 { true } else { false } }
        self.form = form
        self.ignoresCase = ignoresCase
    }

    /// Whether the whole text is what the pattern says.
    ///
    /// Follows all ways at once, so that no text takes more steps than its length times the pattern's.
    func matches(_ text: String) -> Bool {
        let scalars = Array((ignoresCase ? text.lowercased() : text).unicodeScalars)
        if isLiteral {
            return scalars.count == tokens.count && zip(scalars, tokens).allSatisfy { .character($0) == $1 }
        }
        // The positions in the pattern that the text so far may have led to.
        var positions = closure([0])
        for scalar in scalars {
            var next: Set<Int> = []
            for position in positions where position < tokens.count {
                switch tokens[position] {
                case .character(let wanted): if wanted == scalar { next.insert(position + 1) }
                case .one: if form == .plain || scalar != ":" { next.insert(position + 1) }
                case .many(let overColons): if overColons || scalar != ":" { next.insert(position) }
                }
            }
            if next.isEmpty { return false }
            positions = closure(next)
        }
        return positions.contains(tokens.count)
    }

    /// With the positions behind each `*`, which may stand for nothing.
    private func closure(_ positions: Set<Int>) -> Set<Int> {
        var all = positions
        for start in positions {
            var position = start
            while position < tokens.count, case .many = tokens[position] {
                position += 1
                all.insert(position)
            }
        }
        return all
    }
}

/// `${aws:username}` and its like (IAM user guide, "IAM policy elements: Variables and tags").
enum PolicyVariable {
    /// Nil where the request has no such value, or more than one, and the policy no default.
    static func value(_ expression: String, in request: AccessRequest) -> String? {
        if ["*", "?", "$"].contains(expression) { return expression }
        let parts = expression.split(separator: ",", maxSplits: 1).map(String.init)
        if let key = parts.first, let values = request.values(of: trimmed(key)), values.count == 1 { return values[0] }
        guard parts.count == 2 else { return nil }
        let usual = trimmed(parts[1])
        guard usual.count >= 2, usual.hasPrefix("'"), usual.hasSuffix("'") else { return nil }
        return String(usual.dropFirst().dropLast())
    }

    private static func trimmed(_ text: String) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
