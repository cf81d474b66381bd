import Codecs
import Cryptography

/// The text that authenticator apps read from a QR code (the key URI format of Google Authenticator).
enum OneTimePasswordURI {
    /// What apps show as the account's owner.
    static let issuer = "Nerdwork+"

    /// `otpauth://totp/<issuer>:<e-mail>?secret=…&issuer=…&algorithm=SHA1&digits=6&period=30`.
    static func text(seed: [UInt8], email: String) -> String {
        let issuer = PercentEncoding.encode(issuer)
        let secret = Base32.encode(seed, padded: false)
        return "otpauth://totp/\(issuer):\(PercentEncoding.encode(email))?secret=\(secret)&issuer=\(issuer)"
            + "&algorithm=SHA1&digits=6&period=\(TOTP.stepSeconds)"
    }
}
