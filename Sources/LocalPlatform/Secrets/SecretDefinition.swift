/// A secret of the template, and how its value is made.
package struct SecretDefinition: Sendable {
    package let name: String
    package let arn: String
    let content: Content
    /// Name of the function that rotates it (`AWS::SecretsManager::RotationSchedule`); nil where none does.
    package internal(set) var rotator: String?

    enum Content: Sendable {
        /// A constant text of the template.
        case constant(String)
        /// Something random, alone or as a member of an object.
        case generated(PasswordRule, inside: Container?)
    }

    /// The object that a generated text is put into (`SecretStringTemplate` and `GenerateStringKey`).
    struct Container: Sendable {
        let object: [JSONTree.Member]
        let key: String
    }

    /// Whether there is a rule for new values; else a function writes them.
    var isGenerated: Bool {
        if case .generated = content { true } else { false }
    }

    /// A new value, in the form in which functions get it.
    ///
    /// Throws `.software` where the machine gives no random bytes.
    func makeValue() throws(LocalError) -> String {
        switch content {
        case .constant(let text): return text
        case .generated(let rule, nil): return try rule.generate()
        case .generated(let rule, let container?):
            var members = container.object.filter { $0.name != container.key }
            members.append(.init(name: container.key, value: .string(try rule.generate())))
            return JSONTree.object(members).compactText
        }
    }
}

extension TemplateReader {
    /// `AWS::SecretsManager::Secret` with `SecretString` or `GenerateSecretString`.
    func secret(_ name: String, _ resource: JSONTree) throws(LocalError) -> SecretDefinition {
        let properties = try properties(of: resource, name)
        let physical = try values.physicalName(of: resource, logicalName: name)
        let arn = try values.attribute("Arn", of: name).text ?? ""
        if let text = properties["SecretString"]?.text {
            return SecretDefinition(name: physical, arn: arn, content: .constant(text))
        }
        guard let rule = properties["GenerateSecretString"] else {
            throw LocalError(
                .configuration,
                "The secret \(name) has neither SecretString nor GenerateSecretString; invoke-local cannot make its value."
            )
        }
        let container = try container(rule, of: name)
        return SecretDefinition(
            name: physical, arn: arn, content: .generated(try PasswordRule(rule, of: name), inside: container))
    }

    private func container(_ rule: JSONTree, of name: String) throws(LocalError) -> SecretDefinition.Container? {
        switch (rule["SecretStringTemplate"]?.text, rule["GenerateStringKey"]?.text) {
        case (nil, nil): return nil
        case (let text?, let key?):
            guard case .object(let members)? = try? JSONTree(parsing: Array(text.utf8)) else { break }
            return SecretDefinition.Container(object: members, key: key)
        default: break
        }
        throw LocalError(
            .data, "The secret \(name) of template.json needs an object as SecretStringTemplate, and GenerateStringKey."
        )
    }
}
