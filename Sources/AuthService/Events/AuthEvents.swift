import Codecs
import Cryptography
import ServiceKit
import StrictJSON

/// The events of the auth service, one function each; docs/events.md describes them.
///
/// They belong into the outbox in the transaction that causes them. An address that is nil is written as an empty text,
/// and nobody gets mail: for requests about an address that has no account, which must cause the same as others.
struct AuthEvents {
    static let source = "nerdwork.auth"

    private let seal: EventSeal
    private let time: Timestamp

    /// - Parameter time: when all of them happened.
    init(seal: EventSeal, at time: Timestamp) {
        self.seal = seal
        self.time = time
    }

    /// Whom an event is about.
    struct Subject: Hashable, Sendable {
        let id: UUID
        /// A language tag; nil where it is not known.
        let locale: String?
        /// The address, as its owner typed it; nil for nobody.
        let address: String?
        /// Whether mail goes to the address.
        var isWrittenTo = true
    }

    /// Makes an event about a user.
    ///
    /// - Parameter detail: writes the members that only this type has
    /// - Throws: `EventSealError` and `CryptographyError` where the machine has no random bytes.
    func about(
        _ subject: Subject, _ type: AuthEventType, idMember: String = "userId", sealing part: SealedPart,
        _ detail: (inout JSONObjectWriter) -> Void = { _ in }
    ) throws -> OutboxEvent {
        let id = try RandomIdentifier.make(at: time)
        let sealed = try seal.seal(part.plaintext, eventID: id)
        let json = JSONWriter.object(reserving: 4_096) { object in
            object.member("occurredAt", time.millisecondsSince1970)
            object.member(idMember, subject.id.description)
            object.optional("locale", subject.locale)
            detail(&object)
            object.member("sealed", sealed)
        }
        return OutboxEvent(
            id: id, aggregate: "user:\(subject.id)", source: Self.source, detailType: type.rawValue, createdAt: time,
            detail: json)
    }

    /// An event whose personal part is nothing but the address.
    func about(
        _ subject: Subject, _ type: AuthEventType, _ detail: (inout JSONObjectWriter) -> Void = { _ in }
    ) throws -> OutboxEvent {
        let address = Self.mailbox(subject)
        return try about(
            subject, type, sealing: SealedPart(SealedPart.oneAddress) { $0.member("address", address) }, detail)
    }

    /// The address as mail is sent to it; empty for nobody.
    static func mailbox(_ subject: Subject) -> String {
        let mailbox = mailbox(subject.address)
        return subject.isWrittenTo ? mailbox : ""
    }

    /// The same of an address.
    ///
    /// One is read in any case, because the time that it takes would tell whether there is one.
    static func mailbox(_ display: String?) -> String {
        let mailbox = try? EmailIdentity(display ?? "nobody@nerdwork.example").mailbox
        return display == nil ? "" : mailbox ?? ""
    }
}

/// The detail-types.
enum AuthEventType: String, CaseIterable, Sendable {
    case emailVerificationRequested = "EmailVerificationRequested"
    case signUpRepeated = "SignUpRepeated"
    case userSignedUp = "UserSignedUp"
    case passwordResetRequested = "PasswordResetRequested"
    case passwordChanged = "PasswordChanged"
    case newDeviceSignedIn = "NewDeviceSignedIn"
    case signInLocked = "SignInLocked"
    case emailChangeRequested = "EmailChangeRequested"
    case emailChanged = "EmailChanged"
    case multiFactorChanged = "MultiFactorChanged"
    case recoveryCodeUsed = "RecoveryCodeUsed"
    case sessionRevoked = "SessionRevoked"
    case accountDeletionRequested = "AccountDeletionRequested"
}
