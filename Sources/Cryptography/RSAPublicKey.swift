internal import COpenSSL

/// A public key that verifies signatures by RSASSA-PKCS1-v1_5 with SHA-256, which is `RS256` (RFC 8017, section 8.2).
package struct RSAPublicKey: Sendable {
    /// n, most significant byte first, without zeros in front.
    package let modulus: [UInt8]
    /// e, most significant byte first: always 65537.
    package let exponent: [UInt8]
    private let key: RSAKeyPair

    /// The public exponent of every key, 65537.
    package static let standardExponent: [UInt8] = [1, 0, 1]
    /// What a modulus may have, in bits: less is too weak (NIST SP 800-131A), more costs without use.
    package static let bits: ClosedRange<Int> = 2048...4096

    /// Takes a key's two numbers, most significant byte first.
    ///
    /// Throws `.unusableKey` where the modulus has a zero in front, is even, shorter than 2048 or longer than 4096 bits,
    /// has a small divisor or the fingerprint of a known weak generator, or where the exponent is not 65537;
    /// `.libraryFailure`.
    package init(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) {
        try self.init(
            modulus: modulus, exponent: exponent,
            key: { () throws(CryptographyError) in try .publicKey(modulus: modulus, exponent: exponent) })
    }

    /// The public half of a private key.
    init(of pair: RSAKeyPair) throws(CryptographyError) {
        try self.init(
            modulus: pair.number(OSSL_PKEY_PARAM_RSA_N), exponent: pair.number(OSSL_PKEY_PARAM_RSA_E),
            key: { () throws(CryptographyError) in pair })
    }

    private init(
        modulus: [UInt8], exponent: [UInt8], key: () throws(CryptographyError) -> RSAKeyPair
    ) throws(CryptographyError) {
        guard exponent == Self.standardExponent, Self.bits.contains(Self.bitCount(modulus)),
            !RSAWeakness.isPresent(in: modulus)
        else { throw .unusableKey }
        self.modulus = modulus
        self.exponent = exponent
        self.key = try key()
    }

    /// How many bits the modulus has.
    package var bitCount: Int { Self.bitCount(modulus) }

    /// Zero for a number that is even or begins with a zero byte.
    private static func bitCount(_ modulus: [UInt8]) -> Int {
        guard let first = modulus.first, first != 0, let last = modulus.last, !last.isMultiple(of: 2) else { return 0 }
        return modulus.count * 8 - first.leadingZeroBitCount
    }

    /// Whether the signature is this key's for exactly this message.
    ///
    /// A signature has as many bytes as the modulus; any other, also one with zeros in front, is none
    /// (`EVP_DigestVerify`). Throws `.libraryFailure`.
    package func isValid(_ signature: [UInt8], of message: [UInt8]) throws(CryptographyError) -> Bool {
        guard signature.count == modulus.count else { return false }
        let context = try unsafe OpenSSLObject(EVP_MD_CTX_new(), { unsafe EVP_MD_CTX_free($0) })
        return try unsafe context.with { context throws(CryptographyError) in
            try OpenSSLErrors.check(
                unsafe key.with { unsafe EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, $0) })
            let result = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count)
            // Whatever the reason, what was not found right is wrong.
            if result != 1 { OpenSSLErrors.clear() }
            return result == 1
        }
    }
}

extension RSAPublicKey: Equatable {
    package static func == (left: RSAPublicKey, right: RSAPublicKey) -> Bool {
        left.modulus == right.modulus && left.exponent == right.exponent
    }
}
