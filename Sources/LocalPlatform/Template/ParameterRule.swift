/// What a template asks of one of its parameters (CloudFormation user guide, "Parameters").
struct ParameterRule {
    let name: String
    /// The default; nil where there is none.
    let usual: String?
    private let type: String
    private let declaration: JSONTree

    private static let members: Set<String> = [
        "AllowedPattern", "AllowedValues", "ConstraintDescription", "Default", "Description", "MaxLength", "MaxValue",
        "MinLength", "MinValue", "NoEcho", "Type",
    ]

    init(_ parameter: JSONTree.Member) throws(LocalError) {
        name = parameter.name
        declaration = parameter.value
        usual = parameter.value["Default"]?.scalarText
        type = parameter.value["Type"]?.text ?? ""
        guard Self.isType(type) else {
            throw LocalError(.data, "The parameter \(name) of template.json has the type \"\(type)\", which is none.")
        }
        if let unknown = parameter.value.members.first(where: { !Self.members.contains($0.name) }) {
            throw LocalError(
                .data, "The parameter \(name) of template.json has \(unknown.name), which no parameter has.")
        }
    }

    private static func isType(_ type: String) -> Bool {
        ["String", "Number", "List<Number>", "List<String>", "CommaDelimitedList"].contains(type)
            || type.hasPrefix("AWS::") || type.hasPrefix("List<AWS::") && type.hasSuffix(">")
    }

    private var isList: Bool { type == "CommaDelimitedList" || type.hasPrefix("List<") }
    private var isNumeric: Bool { type == "Number" || type == "List<Number>" }

    /// What the text is as a value: a text, or a list of what stands between its commas.
    func value(_ text: String) -> JSONTree {
        guard isList else { return .string(text) }
        return .array(text.split(separator: ",").map { .string(Self.trimmed($0)) })
    }

    /// What stands for a value that nobody gave; it satisfies the type, not the pattern.
    var madeUp: String {
        if let first = declaration["AllowedValues"]?.elements.first?.scalarText { return first }
        return isNumeric ? declaration["MinValue"]?.scalarText ?? "1" : "local-\(name)"
    }

    /// Throws where CloudFormation would refuse the value; a secret one (`NoEcho`) is not repeated.
    func check(_ text: String, status: LocalError.Status) throws(LocalError) {
        for element in isList ? text.split(separator: ",").map(Self.trimmed) : [text] {
            guard let complaint = try complaint(element) else { continue }
            let shown = declaration.isTrue("NoEcho") ? "" : " \"\(element)\""
            let own = declaration["ConstraintDescription"]?.text
            throw LocalError(
                status, "The value\(shown) of the parameter \(name) \(own.map { "is wrong: \($0)" } ?? complaint).")
        }
    }

    /// What is wrong with a value; nil where nothing is.
    private func complaint(_ text: String) throws(LocalError) -> String? {
        if isNumeric {
            guard let number = Double(text), number.isFinite else { return "is no number" }
            if let least = limit("MinValue"), number < least { return "is less than \(limitText("MinValue"))" }
            if let most = limit("MaxValue"), number > most { return "is more than \(limitText("MaxValue"))" }
        }
        let length = Double(text.utf16.count)
        if let least = limit("MinLength"), length < least { return "is shorter than \(limitText("MinLength"))" }
        if let most = limit("MaxLength"), length > most { return "is longer than \(limitText("MaxLength"))" }
        if let allowed = declaration["AllowedValues"]?.elements.compactMap(\.scalarText), !allowed.contains(text) {
            return "is none of \(allowed.joined(separator: ", "))"
        }
        if let pattern = declaration["AllowedPattern"]?.text, try !Self.matches(text, pattern, of: name) {
            return "does not have the form \(pattern)"
        }
        return nil
    }

    /// The pattern must match the whole text, as CloudFormation's does.
    private static func matches(_ text: String, _ pattern: String, of name: String) throws(LocalError) -> Bool {
        do {
            let regex = try Regex(pattern).matchingSemantics(.unicodeScalar)
            return try regex.wholeMatch(in: text) != nil
        } catch {
            throw LocalError(.data, "The parameter \(name) of template.json has an AllowedPattern that is no pattern.")
        }
    }

    private func limit(_ member: String) -> Double? { declaration[member]?.scalarText.flatMap { Double($0) } }

    private func limitText(_ member: String) -> String { declaration[member]?.scalarText ?? "" }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
