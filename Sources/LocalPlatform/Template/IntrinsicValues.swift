/// What intrinsic functions ask of the template that they stand in.
protocol IntrinsicValues {
    /// `Ref`; nil for `AWS::NoValue`.
    func reference(_ name: String) throws(LocalError) -> JSONTree?
    /// `Fn::GetAtt`.
    func attribute(_ attribute: String, of name: String) throws(LocalError) -> JSONTree
    /// `Fn::FindInMap`.
    func mapped(_ map: String, _ first: String, _ second: String) throws(LocalError) -> JSONTree
    /// Whether a condition holds (`Fn::If`).
    func holds(condition name: String) throws(LocalError) -> Bool
}

/// What of a template is known before its resources are: pseudo parameters, parameters and mappings.
struct TemplateFacts: IntrinsicValues, Sendable {
    let parameters: TemplateParameters
    let mappings: JSONTree

    func reference(_ name: String) throws(LocalError) -> JSONTree? {
        if name == "AWS::NoValue" { return nil }
        if name == "AWS::NotificationARNs" { return .array([]) }
        if let value = TemplateValues.pseudoParameters[name] { return .string(value) }
        if let value = parameters[name] { return value }
        throw LocalError(
            .data, "A condition of the template refers to \"\(name)\", which is no parameter; it may use nothing else.")
    }

    func attribute(_ attribute: String, of name: String) throws(LocalError) -> JSONTree {
        throw LocalError(
            .data, "A condition of the template uses \(attribute) of \(name), which does not exist yet when it counts.")
    }

    func mapped(_ map: String, _ first: String, _ second: String) throws(LocalError) -> JSONTree {
        guard let value = mappings[map]?[first]?[second] else {
            throw LocalError(.data, "The mapping \(map) of the template has no \(second) of \(first).")
        }
        return value
    }

    func holds(condition name: String) throws(LocalError) -> Bool {
        throw LocalError(.data, "A condition of the template uses Fn::If; Fn::And and Fn::Or are for that.")
    }
}
