internal import COpenSSL

/// A private key that signs by RSASSA-PKCS1-v1_5 with SHA-256, which is `RS256` (RFC 8017, section 8.2).
package struct RSAPrivateKey: Sendable {
    /// The half that everybody may have.
    package let publicKey: RSAPublicKey
    private let pair: RSAKeyPair

    private init(_ pair: RSAKeyPair) throws(CryptographyError) {
        publicKey = try RSAPublicKey(of: pair)
        self.pair = pair
    }

    /// A new key of 3072 bits, which takes some tenths of a second (`EVP_PKEY_generate`).
    ///
    /// Throws `.libraryFailure`.
    package static func generate() throws(CryptographyError) -> RSAPrivateKey {
        try RSAPrivateKey(.generate(bits: 3072))
    }

    /// Reads a key in the form of PKCS #8 (RFC 5208, section 5), encoded by DER.
    ///
    /// Throws `.unusableKey` for other bytes, for bytes behind the key, for another kind of key, for one that
    /// `RSAPublicKey` would not take, and where the private half does not belong to the public one.
    package init(pkcs8: SecretBytes) throws(CryptographyError) {
        let pair = try Self.decode(pkcs8)
        guard unsafe pair.with({ unsafe EVP_PKEY_get_base_id($0) }) == EVP_PKEY_RSA else { throw .unusableKey }
        try self.init(pair)
        let probe: [UInt8] = [0]
        guard try publicKey.isValid(signature(of: probe), of: probe) else { throw .unusableKey }
    }

    /// The key in the form of PKCS #8, encoded by DER.
    ///
    /// Throws `.libraryFailure`.
    package var pkcs8: SecretBytes {
        get throws(CryptographyError) {
            let info = try unsafe OpenSSLObject(
                pair.with { unsafe EVP_PKEY2PKCS8($0) }, { unsafe PKCS8_PRIV_KEY_INFO_free($0) })
            return try unsafe info.with { info throws(CryptographyError) in
                let count = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, nil)
                guard count > 0 else { throw .libraryFailure }
                return try unsafe SecretBytes(count: Int(count)) { buffer throws(CryptographyError) in
                    var end = buffer.baseAddress
                    guard unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &end) == count else { throw .libraryFailure }
                }
            }
        }
    }

    /// The message's signature, of as many bytes as the modulus has; 2 ms at 3072 bits (`EVP_DigestSign`).
    ///
    /// Throws `.libraryFailure`.
    package func signature(of message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        let context = try unsafe OpenSSLObject(EVP_MD_CTX_new(), { unsafe EVP_MD_CTX_free($0) })
        var count = publicKey.modulus.count
        var signature = [UInt8](repeating: 0, count: count)
        try unsafe context.with { context throws(CryptographyError) in
            try OpenSSLErrors.check(
                unsafe pair.with { unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, $0) })
            try OpenSSLErrors.check(unsafe EVP_DigestSign(context, &signature, &count, message, message.count))
        }
        guard count == signature.count else { throw .libraryFailure }
        return signature
    }

    /// The corresponding C functions are `d2i_PKCS8_PRIV_KEY_INFO` and `EVP_PKCS82PKEY`.
    private static func decode(_ pkcs8: SecretBytes) throws(CryptographyError) -> RSAKeyPair {
        try unsafe pkcs8.withBytes { bytes throws(CryptographyError) in
            guard bytes.count <= maximumBytes else { throw .unusableKey }
            var position = bytes.baseAddress
            let decoded = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &position, bytes.count)
            guard unsafe decoded != nil else {
                OpenSSLErrors.clear()
                throw .unusableKey
            }
            let info = try unsafe OpenSSLObject(decoded, { unsafe PKCS8_PRIV_KEY_INFO_free($0) })
            guard let start = bytes.baseAddress, unsafe position == start + bytes.count else { throw .unusableKey }
            return try unsafe RSAKeyPair(info.with { unsafe EVP_PKCS82PKEY($0) })
        }
    }

    /// More than a key of 4096 bits takes.
    private static let maximumBytes = 4096
}
