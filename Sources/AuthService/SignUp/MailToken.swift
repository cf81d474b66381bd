import Codecs
import Cryptography
import ServiceKit
import StrictJSON

/// A secret that is sent by mail, used once, and of which only the digest is stored.
struct MailToken: Sendable, CustomStringConvertible, CustomReflectable {
    /// For the link: 43 characters.
    let text: String
    /// SHA-256 of the 32 bytes; the token has so many that nobody guesses it from its digest (ASVS 5.0, 6.5.2).
    let hash: [UInt8]

    /// A new one; throws `CryptographyError.noEntropy`.
    static func random() throws(CryptographyError) -> MailToken {
        MailToken(bytes: try SecureRandom.bytes(count: 32))
    }

    /// What a client shows.
    ///
    /// - Throws: `Problem` 400 `token_invalid`, as for a token that is not known; 422 where it is no text.
    init(json value: JSONValue) throws(Problem) {
        let text: [UInt8]
        do throws(JSONError) {
            text = try value.utf8(maximumBytes: 1_024)
        } catch {
            throw error.code == .range ? .tokenInvalid : Problem(error)
        }
        guard text.count == 43, let bytes = Base64.decode(text, alphabet: .url), bytes.count == 32 else {
            throw .tokenInvalid
        }
        self.init(bytes: bytes)
    }

    init(bytes: [UInt8]) {
        text = Base64.encode(bytes, alphabet: .url)
        hash = SHA256.digest(bytes)
    }

    var description: String { "(token)" }
    var customMirror: Mirror { Mirror(self, children: []) }
}

/// How long the secrets in mails are good for, in milliseconds.
enum MailTokenLifetime {
    static let signUp: Int64 = 24 * 3_600_000
    static let reset: Int64 = 30 * 60_000
    static let emailChange: Int64 = 3_600_000
}

extension Problem {
    /// A secret from a mail that is unknown, used, too old or meant for something else: nobody is told which.
    static let tokenInvalid = Problem(status: 400, code: "token_invalid")
    /// The secret is good, but nothing shows that who holds it is who asked for it; it stays good.
    static let proofRequired = Problem(
        status: 403, code: "proof_required",
        detail: "Open the link where you asked for it, or say the password that you chose.")
}
