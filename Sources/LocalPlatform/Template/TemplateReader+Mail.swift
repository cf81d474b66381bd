extension TemplateReader {
    /// The domain or address of an `AWS::SES::EmailIdentity`.
    func identity(_ name: String, _ resource: JSONTree) throws(LocalError) -> String {
        try text("EmailIdentity", of: try properties(of: resource, name), name)
    }

    /// What an `AWS::SES::ConfigurationSetEventDestination` puts on the default bus.
    ///
    /// Refuses every other destination.
    func eventDestination(
        _ name: String, _ resource: JSONTree
    ) throws(LocalError) -> (set: String, kinds: Set<String>) {
        let properties = try properties(of: resource, name)
        let destination = properties["EventDestination"] ?? .object([])
        let bus = EventBusName.short(destination["EventBridgeDestination"]?["EventBusArn"]?.text)
        guard destination["EventBridgeDestination"] != nil, bus == EventBusName.default else {
            throw LocalError(
                .configuration,
                "\(name) has a destination other than the default event bus, which SES does not have locally.")
        }
        let set = try text("ConfigurationSetName", of: properties, name)
        // SES disables a destination where nobody says that it is enabled.
        guard destination.isTrue("Enabled") else { return (set, []) }
        let kinds = (destination["MatchingEventTypes"]?.elements ?? []).compactMap(\.text)
        return (set, Set(kinds.map(MailEventKind.canonical)))
    }
}
