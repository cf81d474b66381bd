internal import Codecs
package import Cryptography

/// What a symmetric key is for; no two purposes share a key.
package enum KeyPurpose: String, CaseIterable, Hashable, Sendable {
    /// Encrypts password hashes.
    case password
    /// Encrypts seeds of one-time passwords.
    case totp
    /// Derives refresh tokens.
    case refresh
    /// Names the buckets of attempts and rates, and stands in for accounts that do not exist.
    case throttle
    /// Authenticates device cookies.
    case device
    /// Authenticates recovery codes.
    case recovery
    /// Authenticates sign-up cookies.
    case signUpCookie = "sign-up cookie"
}

/// The symmetric keys: HKDF children of the roots, one for each purpose and root.
///
/// Whoever stores something made with such a key stores the root's id beside it: a new root makes nothing unreadable.
///
/// Nothing is made with a new root before every process knows it: another one could not read it.
package struct RootKeys: Sendable {
    private let secrets: [Int16: SecretBytes]
    private let newestFirst: [(id: Int16, createdAt: Timestamp?)]
    /// The root that new things are made with.
    package private(set) var currentID: Int16
    /// Every root that there is, the newest first.
    package var ids: [Int16] { newestFirst.map(\.id) }

    /// New things are made with the newest root; `useKnown` takes the one that is known everywhere.
    ///
    /// Throws `.malformed` where there is no root.
    package init(_ roots: [AuthKeyDocument.Root]) throws(AuthKeyError) {
        newestFirst = roots.sorted { $0.id > $1.id }.map { ($0.id, $0.createdAt) }
        guard let newest = newestFirst.first else { throw .malformed(place: "roots: count") }
        currentID = newest.id
        secrets = Dictionary(roots.map { ($0.id, $0.secret) }) { first, _ in first }
    }

    /// From now on makes new things with the newest root that has been there for `KeyRotation.publicationMilliseconds`;
    /// with the oldest one where none has.
    mutating func useKnown(at now: Timestamp) {
        let known = newestFirst.first { _, createdAt in
            createdAt.map { $0.advanced(byMilliseconds: KeyRotation.publicationMilliseconds) <= now } ?? true
        }
        currentID = known?.id ?? newestFirst.last?.id ?? currentID
    }

    /// The 32 bytes for a purpose, of the root with that id.
    ///
    /// HKDF-SHA256 of the root with an empty salt and the info `nerdwork auth <purpose> <id> v1` (RFC 5869).
    ///
    /// Throws `.unknownKey` where no root has the id.
    package func key(for purpose: KeyPurpose, id: Int16) throws(AuthKeyError) -> SecretBytes {
        guard let secret = secrets[id] else { throw .unknownKey }
        do throws(CryptographyError) {
            return try HKDF.key(from: secret, info: Array("nerdwork auth \(purpose.rawValue) \(id) v1".utf8))
        } catch {
            throw .cryptography
        }
    }
}
