/// Mail that SES may stop on its own, because it has a configuration set of its own; the raw values stand in
/// `notification.sending`.
enum SendingStream: String, CaseIterable, Sendable {
    case security
    case product

    init(of purpose: MailPurpose) {
        self = purpose == .security ? .security : .product
    }

    /// The streams that an event about these resources means: those whose configuration set is named, else all.
    ///
    /// - Parameter set: the name of a stream's configuration set; nil where it has none.
    static func named(in resources: [String], set: (SendingStream) -> String?) -> [SendingStream] {
        let named = allCases.filter { stream in
            guard let name = set(stream) else { return false }
            return resources.contains { $0.hasSuffix(":configuration-set/\(name)") }
        }
        return named.isEmpty ? allCases : named
    }
}
