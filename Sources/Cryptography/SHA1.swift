internal import COpenSSL

/// SHA-1 (FIPS 180-4), for protocols that name it: one-time passwords and the list of breached passwords.
///
/// Collisions can be made; nothing that must not collide may rely on it.
package enum SHA1 {
    /// The 20 bytes of the digest of `bytes`.
    ///
    /// By SHA-1's own functions, for the reason that `SHA256.digest` gives.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var context = SHA_CTX()
        _ = unsafe SHA1_Init(&context)
        _ = unsafe SHA1_Update(&context, bytes, bytes.count)
        // What was taken in may have been a password.
        defer { unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA_CTX>.size) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, initialized in
            _ = unsafe SHA1_Final(buffer.baseAddress, &context)
            initialized = 20
        }
    }
}
