import Codecs
import ServiceKit
import StrictJSON

/// An account moves to another address.
extension AuthEvents {
    /// The secrets of the two mails.
    struct EmailChangeTokens: Sendable {
        let confirm: String
        let cancel: String
    }

    /// The new mailbox has to confirm; the old one can stop it.
    ///
    /// - Parameters:
    ///   - user: `address` is the old one
    ///   - newAddress: nil where nobody is asked to confirm
    func emailChangeRequested(
        _ user: Subject, newAddress: String?, tokens: EmailChangeTokens, expiresAt: Timestamp
    ) throws -> OutboxEvent {
        let (old, new) = (Self.mailbox(user), Self.mailbox(newAddress))
        let part = SealedPart(SealedPart.twoAddresses) { sealed in
            sealed.member("newAddress", new)
            sealed.member("oldAddress", old)
            sealed.member("confirmToken", tokens.confirm)
            sealed.member("cancelToken", tokens.cancel)
        }
        return try about(user, .emailChangeRequested, sealing: part) {
            $0.member("expiresAt", expiresAt.millisecondsSince1970)
        }
    }

    /// - Parameter user: `address` is the old one
    func emailChanged(_ user: Subject, newAddress: String) throws -> OutboxEvent {
        let (old, new) = (Self.mailbox(user), Self.mailbox(newAddress))
        let part = SealedPart(SealedPart.twoAddresses) { sealed in
            sealed.member("newAddress", new)
            sealed.member("oldAddress", old)
        }
        return try about(user, .emailChanged, sealing: part)
    }
}
