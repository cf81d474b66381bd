internal import COpenSSL

/// Message authentication codes with SHA-256 (RFC 2104, FIPS 198-1).
package enum HMAC {
    /// The 32 bytes of the message's code.
    package static func code(for message: [UInt8], key: SecretBytes) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, initialized in
            unsafe message.withUnsafeBufferPointer { unsafe write(code: buffer, of: $0, key) }
            initialized = 32
        }
    }

    /// The same code, to be used as a key itself.
    package static func key(for message: [UInt8], key: SecretBytes) -> SecretBytes {
        unsafe SecretBytes(count: 32) { buffer in
            unsafe message.withUnsafeBufferPointer { unsafe write(code: buffer, of: $0, key) }
        }
    }

    /// The code of a message that is secret itself, to be used as a key.
    static func key(for message: SecretBytes, key: SecretBytes) -> SecretBytes {
        unsafe SecretBytes(count: 32) { buffer in
            unsafe message.withBytes { unsafe write(code: buffer, of: $0, key) }
        }
    }

    static let blockBytes = 64

    /// H(K ^ opad, H(K ^ ipad, message)).
    ///
    /// By SHA-256's own functions and not by OpenSSL's `HMAC`, for the reason that `SHA256.digest` gives.
    private static func write(
        code: UnsafeMutableBufferPointer<UInt8>, of message: UnsafeBufferPointer<UInt8>, _ key: SecretBytes
    ) {
        var (inner, outer) = contexts(of: key)
        _ = unsafe SHA256_Update(&inner, message.baseAddress, message.count)
        _ = unsafe SHA256_Final(code.baseAddress, &inner)
        _ = unsafe SHA256_Update(&outer, code.baseAddress, 32)
        _ = unsafe SHA256_Final(code.baseAddress, &outer)
        wipe(&inner)
        wipe(&outer)
    }

    /// The state follows from the key, and `SHA256_Final` leaves it where it is.
    private static func wipe(_ context: inout SHA256_CTX) {
        unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA256_CTX>.size)
    }

    /// Both digests after they have taken in the key.
    private static func contexts(of key: SecretBytes) -> (inner: SHA256_CTX, outer: SHA256_CTX) {
        var inner = SHA256_CTX()
        var outer = SHA256_CTX()
        let block = unsafe SecretBytes(count: blockBytes) { unsafe fill(block: $0, with: key) }
        absorb(block, flippedBy: 0x36, into: &inner)
        absorb(block, flippedBy: 0x5C, into: &outer)
        return (inner, outer)
    }

    /// The key, or the digest of one that is longer than a block, and zeros behind it.
    private static func fill(block: UnsafeMutableBufferPointer<UInt8>, with key: SecretBytes) {
        unsafe key.withBytes { bytes in
            guard bytes.count > blockBytes else {
                for index in 0..<bytes.count { unsafe block[index] = bytes[index] }
                return
            }
            var context = SHA256_CTX()
            _ = unsafe SHA256_Init(&context)
            _ = unsafe SHA256_Update(&context, bytes.baseAddress, bytes.count)
            _ = unsafe SHA256_Final(block.baseAddress, &context)
            wipe(&context)
        }
    }

    /// The block with the mask over each of its bytes.
    static func flipped(_ block: SecretBytes, by mask: UInt8) -> SecretBytes {
        unsafe SecretBytes(count: blockBytes) { buffer in
            unsafe block.withBytes { bytes in
                for index in 0..<bytes.count { unsafe buffer[index] = bytes[index] ^ mask }
            }
        }
    }

    private static func absorb(_ block: SecretBytes, flippedBy mask: UInt8, into context: inout SHA256_CTX) {
        let padded = flipped(block, by: mask)
        _ = unsafe SHA256_Init(&context)
        unsafe padded.withBytes { _ = unsafe SHA256_Update(&context, $0.baseAddress, $0.count) }
    }
}
