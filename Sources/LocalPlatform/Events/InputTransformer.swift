/// Makes a target's input from an event: values taken by paths, put into a template (`InputTransformer`).
///
/// Source: EventBridge user guide, "Amazon EventBridge input transformation". Outside of quotation marks a variable is a
/// JSON value; inside of them its text, of which a member of an object or an array loses its quotation marks. A value that
/// is not in the event is an empty text.
struct InputTransformer: Sendable {
    private let paths: [String: JSONPath]
    private let parts: [Part]

    private enum Part: Sendable {
        case text(String)
        case variable(String, isQuoted: Bool)
    }

    /// What is known without a path.
    private static let reserved: Set<String> = [
        "aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time", "aws.events.event",
        "aws.events.event.json",
    ]
    private static let maximumPaths = 100
    private static let maximumTemplateBytes = 8192

    /// Reads `InputTransformer` of a target.
    ///
    /// Throws `.configuration`: a path that is not known, a variable that is not declared or may not be, a template that
    /// makes no JSON.
    init(_ tree: JSONTree, of user: String) throws(LocalError) {
        func refused(_ reason: String) -> LocalError {
            LocalError(.configuration, "The InputTransformer of \(user) is refused: \(reason).")
        }
        var paths: [String: JSONPath] = [:]
        for member in tree["InputPathsMap"]?.members ?? [] {
            guard !member.name.isEmpty, !member.name.hasPrefix("aws.") else {
                throw refused("the name \"\(member.name)\" is reserved")
            }
            guard let text = member.value.text, let path = JSONPath(text) else {
                throw refused("the path of \"\(member.name)\" is none that EventBridge knows")
            }
            paths[member.name] = path
        }
        guard paths.count <= Self.maximumPaths else { throw refused("it has more than \(Self.maximumPaths) paths") }
        guard let template = tree["InputTemplate"]?.text, !template.isEmpty,
            template.utf8.count <= Self.maximumTemplateBytes
        else { throw refused("its InputTemplate is missing, empty or longer than \(Self.maximumTemplateBytes) bytes") }
        self.paths = paths
        parts = Self.parts(of: template)
        for case .variable(let name, _) in parts where paths[name] == nil && !Self.reserved.contains(name) {
            throw refused("<\(name)> of its InputTemplate is not in InputPathsMap")
        }
        let sample = JSONTree.object([.init(name: "detail", value: .object([]))])
        let filled = fill(sample, rule: RuleIdentity(name: "rule", arn: "arn"), ingestedAt: "time")
        guard (try? JSONTree(parsing: filled)) != nil else {
            throw refused("its InputTemplate makes no JSON; a text wants quotation marks of its own")
        }
    }

    /// The input for an event with its envelope.
    func fill(_ event: JSONTree, rule: RuleIdentity, ingestedAt: String) -> [UInt8] {
        var filled = ""
        for part in parts {
            switch part {
            case .text(let text): filled += text
            case .variable(let name, let isQuoted):
                let value = value(of: name, event, rule, ingestedAt)
                filled += isQuoted ? Self.quotable(value) : value.compactText
            }
        }
        return Array(filled.utf8)
    }

    private func value(of name: String, _ event: JSONTree, _ rule: RuleIdentity, _ ingestedAt: String) -> JSONTree {
        switch name {
        case "aws.events.rule-arn": .string(rule.arn)
        case "aws.events.rule-name": .string(rule.name)
        case "aws.events.event.ingestion-time": .string(ingestedAt)
        case "aws.events.event.json": event
        case "aws.events.event": .object(event.members.filter { $0.name != "detail" })
        default: paths[name]?.value(in: event) ?? .string("")
        }
    }

    /// What a value is between quotation marks.
    private static func quotable(_ value: JSONTree) -> String {
        switch value {
        case .string: String(value.compactText.dropFirst().dropLast())
        case .array, .object: value.compactText.filter { $0 != "\"" && $0 != "\\" }
        case .null, .bool, .number: value.compactText
        }
    }

    /// Takes `<name>` out of a template, and notes which stand inside of quotation marks.
    private static func parts(of template: String) -> [Part] {
        var parts: [Part] = []
        var text = ""
        var isQuoted = false
        var isEscaped = false
        var rest = Substring(template)
        while let character = rest.popFirst() {
            if character == "<", let end = rest.firstIndex(of: ">"), rest[..<end].utf8.allSatisfy(isName),
                end > rest.startIndex
            {
                parts += [.text(text), .variable(String(rest[..<end]), isQuoted: isQuoted)]
                text = ""
                rest = rest[rest.index(after: end)...]
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = character == "\\" && !isEscaped
            text.append(character)
        }
        return parts + [.text(text)]
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F, 0x2E: true
        default: false
        }
    }
}

/// A rule as its input transformers name it.
package struct RuleIdentity: Sendable, Equatable {
    package let name: String
    package let arn: String
}
