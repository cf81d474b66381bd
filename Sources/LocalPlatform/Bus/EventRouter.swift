/// Finds the targets of an event and what each gets of it; the one place where rules are applied.
package struct EventRouter: Sendable {
    private let rules: [TemplateRule]

    package init(_ template: Template) {
        rules = template.rules
    }

    /// An event on its way to one target.
    package struct Route: Sendable {
        package let rule: String
        package let target: TemplateTarget
        package let payload: [UInt8]
    }

    /// The names of the rules that match, and a route for each of their targets.
    package func route(_ event: BusEvent) -> (rules: [String], routes: [Route]) {
        let envelope = event.envelope
        let matching = rules.filter { $0.isEnabled && $0.bus == event.bus && $0.pattern.matches(envelope) }
        let routes = matching.flatMap { rule in
            rule.targets.map { target in
                Route(
                    rule: rule.name, target: target,
                    payload: target.input.payload(of: event, rule: rule.identity))
            }
        }
        return (matching.map(\.name), routes)
    }
}
