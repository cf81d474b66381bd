package import Cryptography
package import JSONWebToken

/// The keys of one moment, ready to be used.
package struct AuthKeySnapshot: Sendable {
    /// Signs access tokens.
    package let signingKey: RSAPrivateKey
    /// The identifier of the key that signs.
    package let kid: String
    /// What verifiers take.
    package let published: JSONWebKeySet
    /// The same as its JSON text, which is what everybody publishes.
    package let publishedJSON: [UInt8]
    package internal(set) var roots: RootKeys

    /// Throws `.malformed` where the keys are not what the document says of them.
    package init(_ document: AuthKeyDocument) throws(AuthKeyError) {
        guard let active = document.active, let privateKey = active.privateKey else {
            throw .malformed(place: "signing: one active key")
        }
        published = try document.keySet
        publishedJSON = published.json
        signingKey = try Self.signingKey(privateKey, of: active)
        kid = active.kid
        roots = try RootKeys(document.roots)
    }

    private static func signingKey(
        _ secret: SecretBytes, of key: AuthKeyDocument.SigningKey
    ) throws(AuthKeyError) -> RSAPrivateKey {
        guard let pair = try? RSAPrivateKey(pkcs8: secret), pair.publicKey.modulus == key.modulus,
            pair.publicKey.exponent == key.exponent
        else { throw .malformed(place: "signing: the active key") }
        return pair
    }
}

extension AuthKeyDocument {
    /// The keys that verifiers take, the active one first; throws `.malformed` for a key that is none, and for one whose
    /// identifier is not its thumbprint.
    package var keySet: JSONWebKeySet {
        get throws(AuthKeyError) {
            var keys: [JSONWebKey] = []
            for key in published {
                guard let number = try? RSAPublicKey(modulus: key.modulus, exponent: key.exponent) else {
                    throw .malformed(place: "signing: a public key")
                }
                let found = JSONWebKey(number)
                guard found.kid.utf8.elementsEqual(key.kid.utf8) else { throw .malformed(place: "signing: a kid") }
                keys.append(found)
            }
            do {
                return try JSONWebKeySet(keys)
            } catch {
                throw .malformed(place: "signing: the set of public keys")
            }
        }
    }
}

extension AuthKeyDocument.KeyPair {
    /// A new key of 3072 bits, named by its thumbprint; takes some tenths of a second.
    ///
    /// Throws `.cryptography`.
    package static func generate() throws(AuthKeyError) -> Self {
        do throws(CryptographyError) {
            return try Self(try RSAPrivateKey.generate())
        } catch {
            throw .cryptography
        }
    }

    /// Takes an existing key.
    package init(_ key: RSAPrivateKey) throws(CryptographyError) {
        self.init(
            kid: JSONWebKey(key.publicKey).kid, modulus: key.publicKey.modulus, exponent: key.publicKey.exponent,
            privateKey: try key.pkcs8)
    }
}
