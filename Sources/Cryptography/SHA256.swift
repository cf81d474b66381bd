internal import COpenSSL

/// SHA-256 (FIPS 180-4).
package enum SHA256 {
    /// The 32 bytes of the digest of `bytes`.
    ///
    /// The corresponding C function is `SHA256`.
    package static func digest(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            // The one-shot form allocates nothing and cannot fail.
            _ = unsafe COpenSSL.SHA256(bytes, bytes.count, buffer.baseAddress)
            initialized = 32
        }
    }
}
