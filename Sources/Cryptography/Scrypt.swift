internal import COpenSSL

/// The password-based key derivation function scrypt (RFC 7914).
enum Scrypt {
    /// Derives `count` bytes from a password.
    ///
    /// The corresponding C function is `EVP_PBE_scrypt`, whose own limit of memory (32 MiB) is too low for
    /// `ScryptCost.standard`: what the cost takes is passed. Throws `.costOutOfBounds` where the bounds do not allow
    /// the cost, before anything is allocated, `.invalidLength`, `.libraryFailure`.
    static func derive(
        from password: SecretBytes, salt: [UInt8], cost: ScryptCost, count: Int, within bounds: ScryptBounds
    ) throws(CryptographyError) -> SecretBytes {
        guard bounds.allows(cost), let memory = cost.memoryBytes else { throw .costOutOfBounds }
        guard bounds.saltBytes.contains(salt.count), bounds.hashBytes.contains(count) else { throw .invalidLength }
        return try unsafe SecretBytes(count: count) { buffer throws(CryptographyError) in
            let isDerived = unsafe password.withBytes { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { text in
                    unsafe EVP_PBE_scrypt(
                        text.baseAddress, text.count, salt, salt.count, 1 << UInt64(cost.logN),
                        UInt64(cost.blockSize), UInt64(cost.parallelism), UInt64(memory) + 65_536,
                        buffer.baseAddress, count)
                }
            }
            guard isDerived == 1 else { throw .libraryFailure }
        }
    }
}
