internal import COpenSSL

/// An RSA key of OpenSSL's, public or with its private half.
///
/// Owns an `EVP_PKEY`; `EVP_PKEY_free` runs once, when the object ends, and wipes the private half. Signing and
/// verifying leave the key as it is, so that any thread may do it.
@safe
final class RSAKeyPair: Sendable {
    nonisolated(unsafe) private let pointer: OpaquePointer

    /// Takes over a key; nil is `.unusableKey`.
    init(_ pointer: OpaquePointer?) throws(CryptographyError) {
        guard let pointer = unsafe pointer else {
            OpenSSLErrors.clear()
            throw .unusableKey
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Lends the pointer for the time of the call; Swift may end an object that nobody uses any more.
    func with<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(pointer)
    }

    /// A public key of its two numbers, most significant byte first (`EVP_PKEY_fromdata`).
    static func publicKey(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) -> RSAKeyPair {
        let parameters = try PublicKeyParameters(modulus: modulus, exponent: exponent)
        return try unsafe make { context, key throws(CryptographyError) in
            try OpenSSLErrors.check(unsafe EVP_PKEY_fromdata_init(context))
            let result = unsafe parameters.with {
                unsafe EVP_PKEY_fromdata(context, &key, NERDWORK_EVP_PKEY_PUBLIC_KEY, $0)
            }
            try OpenSSLErrors.check(result, .unusableKey)
        }
    }

    /// A new key with the public exponent 65537 (`EVP_PKEY_generate`).
    static func generate(bits: Int32) throws(CryptographyError) -> RSAKeyPair {
        try unsafe make { context, key throws(CryptographyError) in
            try OpenSSLErrors.check(unsafe EVP_PKEY_keygen_init(context))
            try OpenSSLErrors.check(unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits))
            try OpenSSLErrors.check(unsafe EVP_PKEY_generate(context, &key))
        }
    }

    private static func make(
        _ body: (OpaquePointer, inout OpaquePointer?) throws(CryptographyError) -> Void
    ) throws(CryptographyError) -> RSAKeyPair {
        let context = try unsafe OpenSSLObject(
            EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), { unsafe EVP_PKEY_CTX_free($0) })
        var key: OpaquePointer?
        try unsafe context.with { pointer throws(CryptographyError) in try unsafe body(pointer, &key) }
        return try unsafe RSAKeyPair(key)
    }

    /// One of the key's numbers, most significant byte first and without zeros in front (`EVP_PKEY_get_bn_param`).
    func number(_ name: String) throws(CryptographyError) -> [UInt8] {
        var found: OpaquePointer?
        try OpenSSLErrors.check(unsafe EVP_PKEY_get_bn_param(pointer, name, &found), .unusableKey)
        let number = try unsafe OpenSSLObject(found, { unsafe BN_clear_free($0) })
        return unsafe number.with { number in
            var bytes = [UInt8](repeating: 0, count: Int(unsafe BN_num_bits(number) + 7) / 8)
            _ = unsafe BN_bn2bin(number, &bytes)
            return bytes
        }
    }
}
