/// The values of a template's parameters on this machine.
struct TemplateParameters: Sendable {
    private let values: [String: JSONTree]

    /// What parameters are here whose default is none, or would let functions call somebody beyond this machine, and
    /// where `local-<name>` would not have the form that is asked for.
    private static let localDefaults: [String: String] = [
        "BreachedPasswordsUrl": "",
        // Nobody stands before the local gateway who could show the functions a secret.
        "FrontDoor": "off",
        "SiteUrl": "https://nerdwork.example", "MailDomain": "mail.nerdwork.example",
        "MailFrom": "no-reply@mail.nerdwork.example", "OperatorsEmail": "operators@nerdwork.example",
    ]

    /// - Parameters:
    ///   - overrides: values that somebody chose; they must satisfy what the template asks of them.
    ///   - standIns: values of this machine, such as an address on loopback; they replace defaults and are not checked,
    ///     because what holds in AWS (`https://…`) need not hold here.
    init(_ section: JSONTree?, overrides: [String: String], standIns: [String: String]) throws(LocalError) {
        let declared = section?.members ?? []
        for name in overrides.keys.sorted() where !declared.contains(where: { $0.name == name }) {
            throw LocalError(.usage, "The template has no parameter \"\(name)\".")
        }
        var values: [String: JSONTree] = [:]
        for parameter in declared {
            let rule = try ParameterRule(parameter)
            if let override = overrides[parameter.name] {
                try rule.check(override, status: .usage)
                values[parameter.name] = rule.value(override)
                continue
            }
            // A default that the template itself refuses would stop the first deployment that does without it.
            if let usual = rule.usual { try rule.check(usual, status: .data) }
            let local = standIns[parameter.name] ?? Self.localDefaults[parameter.name]
            values[parameter.name] = rule.value(local ?? rule.usual ?? rule.madeUp)
        }
        self.values = values
    }

    subscript(name: String) -> JSONTree? { values[name] }
}
