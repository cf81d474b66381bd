/// The section `Rules`: which values of parameters go together (CloudFormation user guide, "Rules").
enum ParameterAssertions {
    /// Throws with the rule's own sentence where one is broken: `.usage` where somebody chose a value, else `.data`.
    static func check(_ section: JSONTree?, _ facts: TemplateFacts, isChosen: Bool) throws(LocalError) {
        for rule in section?.members ?? [] {
            var evaluation = TemplateConditions.Evaluation(section: .object([]), facts: facts, isRule: true)
            if let condition = rule.value["RuleCondition"], try !evaluation.evaluate(condition, of: rule.name) {
                continue
            }
            for assertion in rule.value["Assertions"]?.elements ?? [] {
                guard let condition = assertion["Assert"] else {
                    throw LocalError(.data, "The rule \(rule.name) of template.json asserts nothing.")
                }
                if try evaluation.evaluate(condition, of: rule.name) { continue }
                let sentence = assertion["AssertDescription"]?.text ?? "The parameters break the rule \(rule.name)."
                throw LocalError(isChosen ? .usage : .data, "\(rule.name) of template.json: \(sentence)")
            }
        }
    }
}
