/// How postings reach one of the platform's own accounts; wallets are always strict.
package enum AccountMode: Hashable, Sendable {
    /// One row, locked until the posting commits; every balance is known at once.
    case strict
    /// So many rows (2 to 64), of which a posting takes one; the account's balance is their sum.
    case striped(Int16)
    /// No row: legs wait in `ledger.deferred_entries` until a fold gives them their places.
    case lazy

    /// Reads `strict`, `lazy` or `striped:<rows>`; nil for anything else.
    package init?(_ text: some StringProtocol) {
        if text.utf8.elementsEqual("strict".utf8) {
            self = .strict
        } else if text.utf8.elementsEqual("lazy".utf8) {
            self = .lazy
        } else if let rows = Self.stripeCounts.first(where: { text.utf8.elementsEqual("striped:\($0)".utf8) }) {
            self = .striped(rows)
        } else {
            return nil
        }
    }

    package static let stripeCounts: ClosedRange<Int16> = 2...64

    /// Columns `ledger.accounts.mode` and `stripes`.
    package var columns: (mode: Int16, stripes: Int16) {
        switch self {
        case .strict: (0, 1)
        case .striped(let rows): (1, rows)
        case .lazy: (2, 1)
        }
    }
}
