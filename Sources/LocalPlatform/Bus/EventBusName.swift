/// Names of event buses; AWS takes a name or an ARN wherever it wants a bus.
enum EventBusName {
    /// The bus that each account has, and that AWS's own services use.
    static let `default` = "default"

    /// The name alone, of `name` or `arn:aws:events:region:account:event-bus/name`; the default bus for none.
    static func short(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return Self.default }
        guard text.hasPrefix("arn:"), let slash = text.lastIndex(of: "/") else { return text }
        return String(text[text.index(after: slash)...])
    }
}
