import Codecs
import ServiceKit
import StrictJSON

/// Before an account exists, and its beginning.
extension AuthEvents {
    /// Somebody wants an account, or another mail for it.
    ///
    /// - Parameters:
    ///   - signUp: its `id` is the sign-up's; a nil address for one that nobody is written to
    ///   - token: for the link; 43 characters, also where nobody is written to
    func emailVerificationRequested(_ signUp: Subject, token: String, expiresAt: Timestamp) throws -> OutboxEvent {
        try about(signUp, .emailVerificationRequested, idMember: "signupId", sealing: Self.withToken(signUp, token)) {
            $0.member("expiresAt", expiresAt.millisecondsSince1970)
        }
    }

    /// Somebody signed up with the address of an account.
    ///
    /// In the outbox it looks like `emailVerificationRequested` and takes as long to write: it is about the sign-up, and
    /// whose account it is stands under the seal.
    ///
    /// - Parameters:
    ///   - signUp: its `id` is the sign-up's, its address the account's
    ///   - expiresAt: when a link would have expired
    func signUpRepeated(_ signUp: Subject, of user: UUID, expiresAt: Timestamp) throws -> OutboxEvent {
        let address = Self.mailbox(signUp)
        let part = SealedPart(SealedPart.oneAddress) { sealed in
            sealed.member("address", address)
            sealed.member("userId", user.description)
        }
        return try about(signUp, .signUpRepeated, idMember: "signupId", sealing: part) {
            $0.member("expiresAt", expiresAt.millisecondsSince1970)
        }
    }

    /// An account has begun: its address is verified.
    func userSignedUp(_ user: Subject, name: String?) throws -> OutboxEvent {
        let address = Self.mailbox(user)
        let part = SealedPart(SealedPart.words) { sealed in
            sealed.member("address", address)
            if let name, !name.isEmpty { sealed.member("name", name) }
        }
        return try about(user, .userSignedUp, sealing: part)
    }

    static func withToken(_ subject: Subject, _ token: String) -> SealedPart {
        let address = mailbox(subject)
        return SealedPart(SealedPart.oneAddress) { sealed in
            sealed.member("address", address)
            sealed.member("token", token)
        }
    }
}
