import Codecs
import PostgresClient
import ServiceKit
import StrictJSON

/// What people see of their own account.
struct Profile: Hashable, Sendable {
    let userID: UUID
    let email: String
    let displayName: String
    let locale: String
    let role: String
    let hasTOTP: Bool
    /// Counts the changes; the answer's entity tag.
    let version: Int32
    let createdAt: Timestamp
    let updatedAt: Timestamp
}

/// The statements about the own row of `auth.users`; the caller has been let in by `Entry`.
enum ProfileStore {
    static let select: SQL = """
        select user_id, email_display, display_name, locale, role, version, created_at, updated_at
        from auth.users where user_id = auth.current_user_id()
        """

    /// Changes what is not nil; no row where the account has another version than one of `match`.
    static func update(_ change: ProfileChange, match: IfMatch, now: Timestamp, _ entry: AuditEntry) -> SQL {
        let (isAny, versions): (Bool, [Int64]) =
            switch match {
            case .any: (true, [])
            case .versions(let versions): (false, versions)
            }
        return """
            with changed as (
                update auth.users
                set display_name = coalesce(\(change.displayName), display_name),
                    locale = coalesce(\(change.locale), locale), version = version + 1, updated_at = \(now)
                where user_id = auth.current_user_id() and (\(isAny) or version = any (\(versions)))
                returning user_id, email_display, display_name, locale, role, version, created_at, updated_at
            ), noted as (
                \(audit: entry) where exists (select from changed)
            )
            select * from changed
            """
    }

    static func decode(_ row: Row, _ caller: EnteredCaller) throws(DatabaseError) -> Profile {
        Profile(
            userID: try row.decode("user_id"), email: try row.decode("email_display"),
            displayName: try row.decode("display_name"), locale: try row.decode("locale"),
            role: try row.decode("role"), hasTOTP: caller.hasTOTP, version: try row.decode("version"),
            createdAt: try row.decode("created_at"), updatedAt: try row.decode("updated_at"))
    }
}

extension JSONObjectWriter {
    /// A profile, as its owner sees it.
    mutating func profile(_ profile: Profile) {
        member("id", profile.userID.description)
        member("email", profile.email)
        // An account exists only once its address is proved.
        member("email_verified", true)
        member("display_name", profile.displayName)
        member("locale", profile.locale)
        member("role", profile.role)
        member("mfa", profile.hasTOTP)
        member("version", profile.version)
        member("created_at", RFC3339.format(profile.createdAt))
        member("updated_at", RFC3339.format(profile.updatedAt))
    }
}
