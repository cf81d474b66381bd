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
package struct RootKeys: Sendable {
    private let secrets: [Int16: SecretBytes]
    /// The root that new things are made with.
    package let currentID: Int16
    /// Every root that there is, the newest first.
    package var ids: [Int16] { secrets.keys.sorted(by: >) }

    /// Throws `.malformed` where there is no root.
    package init(_ roots: [AuthKeyDocument.Root]) throws(AuthKeyError) {
        guard let newest = roots.max(by: { $0.id < $1.id }) else { throw .malformed(place: "roots: count") }
        currentID = newest.id
        secrets = Dictionary(roots.map { ($0.id, $0.secret) }) { first, _ in first }
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
