/// The platform's own accounts.
package enum SystemAccount: String, CaseIterable, Sendable {
    /// Issues NWT, so it may go negative: minus its balance is what is in circulation.
    case treasury
    /// What readers paid to the platform.
    case revenue
    /// The platform's share of what readers paid to creators.
    case fees
    /// Amounts whose destination is not settled; zero when everything is.
    case suspense
}

/// The name by which a posting and the database know an account.
package enum AccountReference: Hashable, Sendable {
    /// A person's wallet; it opens at its first posting.
    case wallet(owner: UserID)
    case system(SystemAccount)

    /// `treasury`, `revenue`, `fees`, `suspense` or `wallet:<owner>`, as in column `ledger.accounts.reference`.
    package var text: String {
        switch self {
        case .wallet(let owner): "wallet:" + owner.text
        case .system(let account): account.rawValue
        }
    }

    /// Reads what `text` writes; nil for anything else.
    package init?(_ text: String) {
        if let account = SystemAccount.allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) }) {
            self = .system(account)
        } else if text.utf8.starts(with: "wallet:".utf8),
            let owner = UserID(String(decoding: text.utf8.dropFirst(7), as: UTF8.self))
        {
            self = .wallet(owner: owner)
        } else {
            return nil
        }
    }
}
