import AuthService
import Codecs
import PostgresClient
import ServiceKit

/// What an account can be like without the one who asks being told.
enum AccountState: String, CaseIterable {
    case active
    /// Other accounts of the same state: must not differ from the first.
    case activeAgain = "active again"
    /// The same, with time wasted on purpose: must differ.
    case activeDelayed = "active + 20 µs"
    /// Not measured: whoever is asked about first after a reset finds cold caches.
    case warmUp = "warm-up"
    case unknown
    /// A sign-up that nobody has confirmed, and no account.
    case pending
    case suspended
    /// A hundred failures: no password is right from a device that is not known.
    case locked
    /// As many failures for an address that has no account.
    case lockedUnknown = "locked unknown"
    case passwordless

    /// What is wasted on purpose.
    var injectedNanoseconds: Int64 { self == .activeDelayed ? 20_000 : 0 }
}

/// Many accounts of each state, so that no difference is one between two rows of a table.
///
/// Their addresses are equally long, and what state a number has is chance.
struct Accounts {
    static let perState = 512
    static let password = "tundra maple 71 orbit"
    static let wrongPassword = "tundra maple 17 orbit"

    struct Account {
        let id: UUID
        let email: String
    }

    private let byState: [AccountState: [Account]]

    init(_ database: PostgresConnection, _ vault: PasswordVault, now: Timestamp) throws {
        var numbers = Array(10_000..<10_000 + Self.perState * AccountState.allCases.count).shuffled()
        var accounts: [AccountState: [Account]] = [:]
        for state in AccountState.allCases {
            accounts[state] = numbers.suffix(Self.perState).map { number in
                Account(
                    // As spread as the pseudonyms of addresses without account, for indexes to treat them alike.
                    id: UUID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)),
                    email: "reader-\(number)@example.org")
            }
            numbers.removeLast(Self.perState)
        }
        byState = accounts
        for (state, account) in everyone.shuffled() { try insert(account, state, database, vault, now) }
    }

    /// All of them, with their states.
    var everyone: [(state: AccountState, account: Account)] {
        byState.flatMap { state, accounts in accounts.map { (state, $0) } }
    }

    func all(_ state: AccountState) -> [Account] { byState[state] ?? [] }

    private func insert(
        _ account: Account, _ state: AccountState, _ database: PostgresConnection, _ vault: PasswordVault,
        _ now: Timestamp
    ) throws {
        let sealed = try vault.seal(Password(utf8: Array(Self.password.utf8), at: "/password"), for: account.id)
        switch state {
        case .unknown, .lockedUnknown: break
        case .pending: try database.execute(Self.signUp(account, sealed, now))
        case .active, .activeAgain, .activeDelayed, .warmUp, .locked:
            try database.execute(Self.user(account, "active", sealed, now))
        case .suspended: try database.execute(Self.user(account, "suspended", sealed, now))
        case .passwordless: try database.execute(Self.user(account, "active", nil, now))
        }
    }

    private static func user(_ account: Account, _ status: String, _ sealed: SealedPassword?, _ now: Timestamp) -> SQL {
        """
        insert into auth.users (user_id, email_canonical, email_display, email_verified_at, status, password_sealed,
            password_key, password_changed_at, created_at, updated_at)
        values (\(account.id), \(account.email), \(account.email), \(now), \(status), \(sealed?.bytes),
            \(sealed?.keyID), \(now), \(now), \(now))
        """
    }

    private static func signUp(_ account: Account, _ sealed: SealedPassword, _ now: Timestamp) -> SQL {
        """
        insert into auth.pending_signups (signup_id, email_canonical, email_display, display_name, locale,
            password_sealed, password_key, token_hash, created_at, expires_at)
        values (\(account.id), \(account.email), \(account.email), '', 'en', \(sealed.bytes), \(sealed.keyID),
            \(account.id.bytes + account.id.bytes), \(now), \(now.advanced(byMilliseconds: 2_592_000_000)))
        """
    }
}
