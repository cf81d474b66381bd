import Codecs
import PostgresClient
import StrictJSON

/// What administrators see of an account.
struct AccountOverview: Hashable, Sendable {
    let userID: UUID
    let email: String
    let displayName: String
    let locale: String
    let role: String
    let status: String
    let version: Int32
    let createdAt: Timestamp
    let updatedAt: Timestamp
    /// When it goes; nil unless its owner has asked for it.
    let purgeAt: Timestamp?
    let mustReset: Bool
    let hasTOTP: Bool
    let liveSessions: Int

    /// Reads a row of type `auth.account_overview`.
    init(_ row: Row) throws(DatabaseError) {
        userID = try row.decode("user_id")
        email = try row.decode("email")
        displayName = try row.decode("display_name")
        locale = try row.decode("locale")
        role = try row.decode("role")
        status = try row.decode("status")
        version = try row.decode("version")
        createdAt = try row.decode("created_at")
        updatedAt = try row.decode("updated_at")
        purgeAt = try row.decodeIfPresent("purge_at")
        mustReset = try row.decode("must_reset")
        hasTOTP = try row.decode("has_totp")
        liveSessions = try row.decode("live_sessions")
    }

    static let columns = """
        user_id, email, display_name, locale, role, status, version, created_at, updated_at, purge_at, must_reset,
        has_totp, live_sessions
        """
}

extension JSONObjectWriter {
    mutating func accountOverview(_ account: AccountOverview) {
        member("id", account.userID.description)
        member("email", account.email)
        member("display_name", account.displayName)
        member("locale", account.locale)
        member("role", account.role)
        member("status", account.status)
        member("version", account.version)
        member("created_at", RFC3339.format(account.createdAt))
        member("updated_at", RFC3339.format(account.updatedAt))
        optional("purge_at", account.purgeAt.map { RFC3339.format($0) })
        member("must_reset", account.mustReset)
        member("mfa", account.hasTOTP)
        member("live_sessions", account.liveSessions)
    }
}
