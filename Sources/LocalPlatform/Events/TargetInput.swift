/// What a target gets of an event (`Input`, `InputPath`, `InputTransformer` of a rule's target).
enum TargetInput: Sendable {
    /// The event with its envelope.
    case event
    /// A constant JSON text.
    case constant(String)
    /// A part of the event; `null` where the event does not have it.
    case part(JSONPath)
    case transformed(InputTransformer)

    /// Reads a target.
    ///
    /// Throws `.configuration` where there is more than one of the three, or one that EventBridge would refuse.
    init(_ target: JSONTree, of user: String) throws(LocalError) {
        let given = ["Input", "InputPath", "InputTransformer"].filter { target[$0] != nil }
        guard given.count <= 1 else {
            throw LocalError(.configuration, "\(user) has \(given.joined(separator: " and ")); AWS takes one of them.")
        }
        if let input = target["Input"] {
            guard let text = input.text, (try? JSONTree(parsing: Array(text.utf8))) != nil else {
                throw LocalError(.configuration, "The Input of \(user) is no JSON text.")
            }
            self = .constant(text)
        } else if let input = target["InputPath"] {
            guard let path = input.text.flatMap(JSONPath.init) else {
                throw LocalError(.configuration, "The InputPath of \(user) is no path that EventBridge knows.")
            }
            self = .part(path)
        } else if let input = target["InputTransformer"] {
            self = .transformed(try InputTransformer(input, of: user))
        } else {
            self = .event
        }
    }

    func payload(of event: BusEvent, rule: RuleIdentity) -> [UInt8] {
        let envelope = event.envelope
        return switch self {
        case .event: Array(envelope.compactText.utf8)
        case .constant(let text): Array(text.utf8)
        case .part(let path): Array((path.value(in: envelope) ?? .null).compactText.utf8)
        case .transformed(let transformer):
            transformer.fill(envelope, rule: rule, ingestedAt: event.ingestedAt.wholeSeconds)
        }
    }
}
