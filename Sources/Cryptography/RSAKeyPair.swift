internal import COpenSSL

/// An RSA key of OpenSSL's, public or with its private half.
///
/// Owns an `EVP_PKEY`; `EVP_PKEY_free` runs once, when the object ends, and wipes the private half. Signing and
/// verifying leave the key as it is, so that any thread may do it.
@safe
final class RSAKeyPair: Sendable {
    nonisolated(unsafe) let pointer: OpaquePointer

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

    /// A public key of its two numbers, most significant byte first (`EVP_PKEY_fromdata`).
    static func publicKey(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) -> RSAKeyPair {
        let builder = try unsafe OpenSSLObject(OSSL_PARAM_BLD_new(), { unsafe OSSL_PARAM_BLD_free($0) })
        let (n, e) = (try number(modulus), try number(exponent))
        // The builder keeps pointers to names and numbers: the names are C's own, and the numbers live until it is done.
        let made = try unsafe withExtendedLifetime((n, e)) { () throws(CryptographyError) in
            try OpenSSLErrors.check(unsafe OSSL_PARAM_BLD_push_BN(builder.pointer, nerdwork_rsa_n(), n.pointer))
            try OpenSSLErrors.check(unsafe OSSL_PARAM_BLD_push_BN(builder.pointer, nerdwork_rsa_e(), e.pointer))
            return unsafe OSSL_PARAM_BLD_to_param(builder.pointer)
        }
        guard let parameters = unsafe made else { throw .libraryFailure }
        defer { unsafe OSSL_PARAM_free(parameters) }
        let context = try context()
        try OpenSSLErrors.check(unsafe EVP_PKEY_fromdata_init(context.pointer))
        var key: OpaquePointer?
        let result = unsafe EVP_PKEY_fromdata(context.pointer, &key, NERDWORK_EVP_PKEY_PUBLIC_KEY, parameters)
        try OpenSSLErrors.check(result, .unusableKey)
        return try unsafe RSAKeyPair(key)
    }

    /// A new key with the public exponent 65537 (`EVP_PKEY_generate`).
    static func generate(bits: Int32) throws(CryptographyError) -> RSAKeyPair {
        let context = try context()
        try OpenSSLErrors.check(unsafe EVP_PKEY_keygen_init(context.pointer))
        try OpenSSLErrors.check(unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context.pointer, bits))
        var key: OpaquePointer?
        try OpenSSLErrors.check(unsafe EVP_PKEY_generate(context.pointer, &key))
        return try unsafe RSAKeyPair(key)
    }

    /// One of the key's numbers, most significant byte first and without zeros in front (`EVP_PKEY_get_bn_param`).
    func number(_ name: String) throws(CryptographyError) -> [UInt8] {
        var found: OpaquePointer?
        try OpenSSLErrors.check(unsafe EVP_PKEY_get_bn_param(pointer, name, &found), .unusableKey)
        let number = try unsafe OpenSSLObject(found, { unsafe BN_clear_free($0) })
        var bytes = [UInt8](repeating: 0, count: Int(unsafe BN_num_bits(number.pointer) + 7) / 8)
        _ = unsafe BN_bn2bin(number.pointer, &bytes)
        return bytes
    }

    private static func context() throws(CryptographyError) -> OpenSSLObject {
        try unsafe OpenSSLObject(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), { unsafe EVP_PKEY_CTX_free($0) })
    }

    private static func number(_ bytes: [UInt8]) throws(CryptographyError) -> OpenSSLObject {
        try unsafe OpenSSLObject(BN_bin2bn(bytes, Int32(clamping: bytes.count), nil), { unsafe BN_free($0) })
    }
}
