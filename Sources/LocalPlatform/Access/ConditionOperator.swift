internal import Codecs

/// An operator of a policy's `Condition` (IAM user guide, "IAM JSON policy elements: Condition operators").
struct ConditionOperator: Sendable {
    private enum Kind: String {
        case stringEquals = "StringEquals"
        case stringNotEquals = "StringNotEquals"
        case stringEqualsIgnoreCase = "StringEqualsIgnoreCase"
        case stringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase"
        case stringLike = "StringLike"
        case stringNotLike = "StringNotLike"
        case numericEquals = "NumericEquals"
        case numericNotEquals = "NumericNotEquals"
        case numericLessThan = "NumericLessThan"
        case numericLessThanEquals = "NumericLessThanEquals"
        case numericGreaterThan = "NumericGreaterThan"
        case numericGreaterThanEquals = "NumericGreaterThanEquals"
        case dateEquals = "DateEquals"
        case dateNotEquals = "DateNotEquals"
        case dateLessThan = "DateLessThan"
        case dateLessThanEquals = "DateLessThanEquals"
        case dateGreaterThan = "DateGreaterThan"
        case dateGreaterThanEquals = "DateGreaterThanEquals"
        case bool = "Bool"
        case ipAddress = "IpAddress"
        case notIpAddress = "NotIpAddress"
        case arnEquals = "ArnEquals"
        case arnLike = "ArnLike"
        case arnNotEquals = "ArnNotEquals"
        case arnNotLike = "ArnNotLike"
        case null = "Null"
    }

    private enum Quantifier {
        case none, all, any
    }

    private let kind: Kind
    private let quantifier: Quantifier
    /// `…IfExists`: a key that the request does not have satisfies it.
    private let ifExists: Bool

    /// Nil for an operator that does not exist or is not known here (`BinaryEquals`).
    init?(_ name: String) {
        let parts = name.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        switch parts.count == 2 ? parts[0] : "" {
        case "" where parts.count == 1: quantifier = .none
        case "ForAllValues": quantifier = .all
        case "ForAnyValue": quantifier = .any
        default: return nil
        }
        let suffix = "IfExists"
        let base = parts[parts.count - 1]
        ifExists = base.hasSuffix(suffix)
        guard let kind = Kind(rawValue: ifExists ? String(base.dropLast(suffix.count)) : base) else { return nil }
        guard kind != .null || !ifExists && quantifier == .none else { return nil }
        self.kind = kind
    }

    /// Whether the request satisfies `"key": wanted`; several wanted values are alternatives, for a negated operator
    /// all of them are excluded.
    func holds(_ key: String, wanted: [String], in request: AccessRequest, hasVariables: Bool) -> Bool {
        let all = request.values(of: key)
        if kind == .null { return wanted.contains { ($0.lowercased() == "true") == (all == nil) } }
        guard let all else { return ifExists || isNegated || quantifier == .all }
        // For a quantifier an empty text is no value.
        let values = quantifier == .none ? all : all.filter { !$0.isEmpty }
        let satisfies = { (value: String) in
            let isFound = wanted.contains { compare(value, $0, hasVariables ? request : nil) }
            return isNegated ? !isFound : isFound
        }
        switch quantifier {
        case .all: return values.allSatisfy(satisfies)
        case .any: return values.contains(where: satisfies)
        // Of several values without a quantifier one is enough; for a negated operator none may be excluded.
        case .none: return isNegated ? values.allSatisfy(satisfies) : values.contains(where: satisfies)
        }
    }

    private var isNegated: Bool {
        switch kind {
        case .stringNotEquals, .stringNotEqualsIgnoreCase, .stringNotLike, .numericNotEquals, .dateNotEquals,
            .notIpAddress, .arnNotEquals, .arnNotLike:
            true
        default: false
        }
    }

    /// Whether the value is the wanted one; of a negated operator, its positive form.
    private func compare(_ value: String, _ wanted: String, _ request: AccessRequest?) -> Bool {
        switch kind {
        case .stringEquals, .stringNotEquals:
            return PolicyPattern(wanted, .plain, for: request, hasWildcards: false)?.matches(value) ?? false
        case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
            let pattern = PolicyPattern(wanted, .plain, for: request, hasWildcards: false, ignoresCase: true)
            return pattern?.matches(value) ?? false
        case .stringLike, .stringNotLike: return PolicyPattern(wanted, .plain, for: request)?.matches(value) ?? false
        case .arnEquals, .arnLike, .arnNotEquals, .arnNotLike: return Self.isLike(value, wanted, request)
        case .bool:
            let pattern = PolicyPattern(wanted, .plain, for: request, hasWildcards: false, ignoresCase: true)
            return pattern?.matches(value) ?? false
        case .ipAddress, .notIpAddress: return Self.isInside(value, wanted)
        case .null: return false
        case .numericEquals, .numericNotEquals: return Self.ordered(Double(value), Double(wanted), ==)
        case .numericLessThan: return Self.ordered(Double(value), Double(wanted), <)
        case .numericLessThanEquals: return Self.ordered(Double(value), Double(wanted), <=)
        case .numericGreaterThan: return Self.ordered(Double(value), Double(wanted), >)
        case .numericGreaterThanEquals: return Self.ordered(Double(value), Double(wanted), >=)
        case .dateEquals, .dateNotEquals: return Self.ordered(Self.time(value), Self.time(wanted), ==)
        case .dateLessThan: return Self.ordered(Self.time(value), Self.time(wanted), <)
        case .dateLessThanEquals: return Self.ordered(Self.time(value), Self.time(wanted), <=)
        case .dateGreaterThan: return Self.ordered(Self.time(value), Self.time(wanted), >)
        case .dateGreaterThanEquals: return Self.ordered(Self.time(value), Self.time(wanted), >=)
        }
    }

    private static func ordered<Value>(_ value: Value?, _ wanted: Value?, _ relation: (Value, Value) -> Bool) -> Bool {
        guard let value, let wanted else { return false }
        return relation(value, wanted)
    }

    /// Each of an ARN's six parts is compared for itself.
    private static func isLike(_ value: String, _ wanted: String, _ request: AccessRequest?) -> Bool {
        let parts = value.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        // A colon inside of `${aws:username}` is none of the ARN's.
        let patterns = splitARN(wanted)
        guard parts.count == 6, patterns.count == 6 else { return wanted == "*" || value == wanted }
        return zip(parts, patterns).allSatisfy { part, pattern in
            PolicyPattern(pattern, .plain, for: request)?.matches(String(part)) ?? false
        }
    }

    private static func splitARN(_ text: String) -> [String] {
        var parts = [""]
        var isInVariable = false
        for character in text {
            if character == "{" { isInVariable = true }
            if character == "}" { isInVariable = false }
            if character == ":", !isInVariable, parts.count < 6 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    private static func isInside(_ address: String, _ block: String) -> Bool {
        let text = block.contains("/") ? block : block + (block.contains(":") ? "/128" : "/32")
        return AddressBlock(text)?.contains(address) ?? false
    }

    /// Milliseconds since 1970 of an RFC 3339 time or of a number of seconds.
    private static func time(_ text: String) -> Double? {
        if let seconds = Double(text) { return seconds * 1_000 }
        return RFC3339.parse(text.utf8).map { Double($0.millisecondsSince1970) }
    }
}
