/// The name of something that the audit log tells: lower-case words joined by `_`.
///
/// A name is never used for something else: operators search for it for as long as the log is kept.
/// `sign_out`, `account_purged` and names that begin with `admin_` are written by the functions of the database.
struct AuditEvent: Hashable, Sendable {
    let name: String

    init(_ name: StaticString) {
        self.name = name.description
    }
}

/// Before somebody is signed in.
extension AuditEvent {
    static let signUpRequested = AuditEvent("sign_up_requested")
    static let signUpVerified = AuditEvent("sign_up_verified")
    static let signIn = AuditEvent("sign_in")
    static let signInSecondFactor = AuditEvent("sign_in_second_factor")
    static let passwordResetRequested = AuditEvent("password_reset_requested")
    static let passwordReset = AuditEvent("password_reset")
}

/// Sessions.
extension AuditEvent {
    static let sessionRefreshReused = AuditEvent("session_refresh_reused")
    static let sessionRevoked = AuditEvent("session_revoked")
    static let sessionsRevoked = AuditEvent("sessions_revoked")
    static let reauthenticated = AuditEvent("reauthenticated")
}

/// The own account.
extension AuditEvent {
    static let profileChanged = AuditEvent("profile_changed")
    static let passwordChanged = AuditEvent("password_changed")
    static let emailChangeRequested = AuditEvent("email_change_requested")
    static let emailChangeCancelled = AuditEvent("email_change_cancelled")
    static let emailChanged = AuditEvent("email_changed")
    static let totpStarted = AuditEvent("totp_started")
    static let totpEnabled = AuditEvent("totp_enabled")
    static let totpDisabled = AuditEvent("totp_disabled")
    static let recoveryCodesMade = AuditEvent("recovery_codes_made")
    static let recoveryCodeUsed = AuditEvent("recovery_code_used")
    static let accountExported = AuditEvent("account_exported")
    static let accountDeletionRequested = AuditEvent("account_deletion_requested")
}
