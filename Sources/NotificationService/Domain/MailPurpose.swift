import MailTemplates

/// What a mail is for; the raw values stand in `notification.messages`.
enum MailPurpose: String, CaseIterable, Sendable {
    /// Protects an account.
    case security
    /// Tells what happened; nobody can refuse it.
    case transactional
    /// A reader may refuse it.
    case optional

    init(of template: MailTemplate) {
        self = template.isSecurity ? .security : template.isOptional ? .optional : .transactional
    }
}
