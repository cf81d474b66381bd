internal import Mail

/// One mail: its values, and what it says in each language.
protocol MailBody: Sendable {
    var kind: MailKind { get }

    func english(_ site: BaseURL) -> MailContent
    func french(_ site: BaseURL) -> MailContent
}

extension MailBody {
    func content(_ locale: MailLocale, _ site: BaseURL) -> MailContent {
        switch locale {
        case .english: english(site)
        case .french: french(site)
        }
    }
}

/// What holds for a mail whatever its values are.
struct MailKind: Sendable {
    enum Purpose: Sendable {
        /// Protects an account.
        case security
        /// Tells what happened; nobody can refuse it.
        case transactional
        /// A reader may refuse it.
        case optional
    }

    let name: String
    let purpose: Purpose

    init(_ name: StaticString, _ purpose: Purpose) {
        self.name = name.description
        self.purpose = purpose
    }
}
