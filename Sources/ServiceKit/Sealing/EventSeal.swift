package import Codecs
internal import Cryptography

/// Closes the personal part of an event: addresses, tokens, names travel in `detail.sealed` and nowhere else.
///
/// The text is base64url, without padding, of a version byte (1), a nonce of 12 bytes, AES-256-GCM's ciphertext and its
/// tag of 16 bytes. The event's identifier is authenticated along, so that no seal opens inside another event. The key
/// is HKDF-SHA256 of the secret, with an empty salt and the info `nerdwork event seal v1`.
package struct EventSeal: Sendable {
    /// The longest plaintext, in bytes.
    package static let maximumBytes = 16_384
    /// How long a secret may be, in bytes.
    package static let secretBytes = 32...1_024

    private let key: SecretBytes

    /// Throws `.secretLength` where the secret is not `secretBytes` long.
    package init(secret: [UInt8]) throws(EventSealError) {
        guard Self.secretBytes.contains(secret.count) else { throw .secretLength }
        do throws(CryptographyError) {
            key = try HKDF.key(from: SecretBytes(secret), info: Array("nerdwork event seal v1".utf8))
        } catch {
            throw .unavailable
        }
    }

    /// The text for `detail.sealed`; another one at each call.
    ///
    /// Throws `.tooLong` and `.unavailable`.
    package func seal(_ plaintext: [UInt8], eventID: UUID) throws(EventSealError) -> String {
        guard plaintext.count <= Self.maximumBytes else { throw .tooLong }
        do throws(CryptographyError) {
            let sealed = try AESGCM.seal(plaintext, key: key, context: Self.context(eventID))
            return Base64.encode([Self.version] + sealed, alphabet: .url)
        } catch {
            throw .unavailable
        }
    }

    /// What was sealed for the same event.
    ///
    /// Throws `.malformed` where the text cannot be a seal, `.notAuthentic` where it was made with another secret or for
    /// another event, or was altered, and `.unavailable`.
    package func open(_ sealed: String, eventID: UUID) throws(EventSealError) -> [UInt8] {
        guard sealed.utf8.count <= Self.maximumCharacters, let bytes = Base64.decode(sealed.utf8, alphabet: .url),
            bytes.first == Self.version, bytes.count > AESGCM.overheadBytes
        else { throw .malformed }
        do throws(CryptographyError) {
            return try AESGCM.open(Array(bytes.dropFirst()), key: key, context: Self.context(eventID))
        } catch {
            switch error {
            case .notAuthentic: throw .notAuthentic
            case .noEntropy, .invalidLength, .costOutOfBounds, .unusableKey, .libraryFailure: throw .unavailable
            }
        }
    }

    private static let version: UInt8 = 1
    private static let maximumCharacters = (1 + AESGCM.overheadBytes + maximumBytes) * 4 / 3 + 4

    private static func context(_ eventID: UUID) -> [UInt8] {
        Array(eventID.description.utf8)
    }
}

/// Why an event's personal part was not sealed or not opened; says nothing of what is in it.
package enum EventSealError: Error, Equatable {
    /// The text is no seal: other characters, another version, too short or too long.
    case malformed
    /// Another secret, another event, or an altered text; the secret may have been rotated.
    case notAuthentic
    /// The plaintext is longer than `EventSeal.maximumBytes`.
    case tooLong
    /// The secret is shorter or longer than `EventSeal.secretBytes`.
    case secretLength
    /// The machine gave no random bytes or no memory.
    case unavailable
}
