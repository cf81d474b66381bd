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

    /// What becomes of an event.
    package struct Routing: Sendable {
        /// Names of the rules that match.
        package let rules: [String]
        /// A route for each function or queue that they name.
        package let routes: [Route]
        /// The topics that they tell.
        package let topics: [(rule: String, topic: String)]
    }

    /// Applies all rules to an event.
    package func route(_ event: BusEvent) -> Routing {
        let envelope = event.envelope
        let matching = rules.filter { $0.isEnabled && $0.bus == event.bus && $0.pattern.matches(envelope) }
        let routes = matching.flatMap { rule in
            rule.targets.map { target in
                Route(
                    rule: rule.name, target: target,
                    payload: target.input.payload(of: event, rule: rule.identity))
            }
        }
        let topics = matching.flatMap { rule in rule.topics.map { (rule.name, $0) } }
        return Routing(rules: matching.map(\.name), routes: routes, topics: topics)
    }
}
