internal import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The 32 bytes of the digest of `bytes`.
    ///
    /// The corresponding C functions are `SHA256_Init`, `SHA256_Update` and `SHA256_Final`, not the one-shot `SHA256`:
    /// since OpenSSL 3 that goes through EVP and loads the providers (1 ms and more at first use, 5 times slower later).
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var context = SHA256_CTX()
        // These fail for a nil context only.
        _ = unsafe SHA256_Init(&context)
        _ = unsafe SHA256_Update(&context, bytes, bytes.count)
        return unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            _ = unsafe SHA256_Final(buffer.baseAddress, &context)
            initialized = 32
        }
    }
}
