import Codecs
import ServiceKit
import StrictJSON

/// What the owner of an account must hear of.
extension AuthEvents {
    /// Somebody wants a new password.
    ///
    /// - Parameters:
    ///   - user: its `id` may be the pseudonym of an address without account, and its address nil
    ///   - token: for the link; 43 characters, also where nobody is written to
    func passwordResetRequested(_ user: Subject, token: String, expiresAt: Timestamp) throws -> OutboxEvent {
        try about(user, .passwordResetRequested, sealing: Self.withToken(user, token)) {
            $0.member("expiresAt", expiresAt.millisecondsSince1970)
        }
    }

    func passwordChanged(_ user: Subject) throws -> OutboxEvent {
        try about(user, .passwordChanged)
    }

    /// - Parameters:
    ///   - device: what its owner called it
    ///   - place: from where
    func newDeviceSignedIn(_ user: Subject, device: String?, place: String?) throws -> OutboxEvent {
        let address = Self.mailbox(user)
        let part = SealedPart(SealedPart.words) { sealed in
            sealed.member("address", address)
            sealed.optional("device", device)
            sealed.optional("place", place)
        }
        return try about(user, .newDeviceSignedIn, sealing: part)
    }

    /// Too many wrong passwords.
    ///
    /// - Parameter until: nil where waiting does not help
    func signInLocked(_ user: Subject, until: Timestamp?) throws -> OutboxEvent {
        try about(user, .signInLocked) { $0.optional("until", until?.millisecondsSince1970) }
    }

    func secondFactorAdded(_ user: Subject) throws -> OutboxEvent {
        try about(user, .multiFactorChanged) { $0.member("enabled", true) }
    }

    /// - Parameter passwordRetired: the password was long enough beside the factor only, and signs nobody in any more
    func secondFactorRemoved(_ user: Subject, passwordRetired: Bool) throws -> OutboxEvent {
        try about(user, .multiFactorChanged) { detail in
            detail.member("enabled", false)
            detail.member("passwordRetired", passwordRetired)
        }
    }

    /// - Parameter remaining: how many are left
    func recoveryCodeUsed(_ user: Subject, remaining: Int) throws -> OutboxEvent {
        try about(user, .recoveryCodeUsed) { $0.member("remaining", remaining) }
    }

    /// - Parameter reason: why; `refresh_reuse` brings mail
    func sessionRevoked(_ user: Subject, reason: String) throws -> OutboxEvent {
        try about(user, .sessionRevoked) { $0.member("reason", reason) }
    }

    /// - Parameter purgeAt: when everything is deleted
    func accountDeletionRequested(_ user: Subject, purgeAt: Timestamp) throws -> OutboxEvent {
        try about(user, .accountDeletionRequested) { $0.member("purgeAt", purgeAt.millisecondsSince1970) }
    }
}
