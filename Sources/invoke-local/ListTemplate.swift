internal import ArgumentParser
internal import LocalPlatform

/// Prints what template.json holds for the local stack, and what does nothing here.
struct ListTemplate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the functions, routes, rules and schedules of template.json.")

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            console.result(Self.text(try Project(options).template))
        }
    }

    private static func text(_ template: Template) -> String {
        var lines = ["Functions"]
        lines += template.functions.map { "  \($0.name)  \($0.timeoutSeconds) s, \($0.memoryMegabytes) MB" }
        lines.append("Routes")
        lines += template.routes.map { "  \($0.key) → \($0.function)\($0.needsToken ? "" : " (public)")" }
        lines.append("Rules")
        lines += template.rules.map { rule in
            "  \(rule.name) (\(rule.bus)) → \(receivers(rule).joined(separator: ", "))"
        }
        lines.append("Schedules")
        lines += template.schedules.map { "  \($0.name) \($0.expression) → \($0.target.function)" }
        lines += played(template)
        lines.append("Nothing is done locally for")
        lines += template.idle.map { "  \($0.type)\($0.count > 1 ? " (\($0.count))" : ""): \($0.sentence)" }
        if !template.unsupported.isEmpty { lines.append("Not played") }
        lines += template.unsupported.map { "  \($0.name) (\($0.type)): \($0.reason)" }
        return lines.joined(separator: "\n")
    }

    private static func receivers(_ rule: TemplateRule) -> [String] {
        rule.targets.map(receiver) + rule.topics.map { "topic \($0) (nobody is subscribed here)" }
            + rule.otherTargets.map { "\($0) (not here)" }
    }

    private static func receiver(_ target: TemplateTarget) -> String {
        guard let queue = target.queue else { return target.function }
        return "queue \(queue.name), \(queue.batchSize) at a time → \(target.function)"
    }

    /// What stands in for AWS's services here.
    private static func played(_ template: Template) -> [String] {
        [
            "Played for the functions", "  calls: \(LocalAWS.servedOperations.joined(separator: ", "))",
            "  buses: \(template.buses.joined(separator: ", "))",
            "  buckets: \(template.buckets.joined(separator: ", "))",
            "  secrets: \(template.secrets.map(\.name).joined(separator: ", "))",
            "  senders: \(template.mail.identities.joined(separator: ", "))",
            "  configuration sets: \(template.mail.configurationSets.keys.sorted().joined(separator: ", "))",
        ]
    }
}
