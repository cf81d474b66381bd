internal import Codecs
package import Cryptography
internal import StrictJSON

/// A public key with its identifier (RFC 7517); its one algorithm is `RS256`.
package struct JSONWebKey: Equatable, Sendable {
    /// `kid`: 1 to 128 visible ASCII characters, compared as bytes.
    package let kid: String
    package let key: RSAPublicKey

    /// The longest `kid`, in bytes.
    package static let maximumKidBytes = 128

    /// Throws `.kid` where `kid` has another form.
    package init(kid: String, key: RSAPublicKey) throws(JSONWebKeyError) {
        guard (1...Self.maximumKidBytes).contains(kid.utf8.count),
            kid.utf8.allSatisfy(ASCII.isVisible)
        else { throw .kid }
        self.kid = kid
        self.key = key
    }

    /// A key whose `kid` is its thumbprint, as the auth service names its keys.
    package init(_ key: RSAPublicKey) {
        kid = Self.thumbprint(of: key)
        self.key = key
    }

    /// SHA-256 over the key's required members, in base64url (RFC 7638, section 3).
    package static func thumbprint(of key: RSAPublicKey) -> String {
        let members = #"{"e":"\#(text(key.exponent))","kty":"RSA","n":"\#(text(key.modulus))"}"#
        return text(SHA256.digest(Array(members.utf8)))
    }

    /// Writes the members of the key as it is published: `kty`, `use`, `alg`, `kid`, `n`, `e`.
    func write(to writer: inout JSONObjectWriter) {
        writer.member("kty", "RSA")
        writer.member("use", "sig")
        writer.member("alg", "RS256")
        writer.member("kid", kid)
        writer.member("n", Self.text(key.modulus))
        writer.member("e", Self.text(key.exponent))
    }

    private static func text(_ bytes: [UInt8]) -> String {
        Base64.encode(bytes, alphabet: .url)
    }
}
