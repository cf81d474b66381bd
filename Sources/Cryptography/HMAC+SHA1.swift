internal import COpenSSL

extension HMAC {
    /// The 20 bytes of the message's code with SHA-1 (RFC 2104), as one-time passwords need it (RFC 4226, section 5.2).
    package static func sha1(for message: [UInt8], key: SecretBytes) -> [UInt8] {
        let block = unsafe SecretBytes(count: blockBytes) { unsafe fillSHA1(block: $0, with: key) }
        let inner = digest(of: message, behind: block, flippedBy: 0x36)
        return digest(of: inner, behind: block, flippedBy: 0x5C)
    }

    private static func digest(of message: [UInt8], behind block: SecretBytes, flippedBy mask: UInt8) -> [UInt8] {
        var context = SHA_CTX()
        let padded = flipped(block, by: mask)
        _ = unsafe SHA1_Init(&context)
        unsafe padded.withBytes { _ = unsafe SHA1_Update(&context, $0.baseAddress, $0.count) }
        _ = unsafe SHA1_Update(&context, message, message.count)
        // The state follows from the key.
        defer { unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA_CTX>.size) }
        return unsafe [UInt8](unsafeUninitializedCapacity: 20) { buffer, initialized in
            _ = unsafe SHA1_Final(buffer.baseAddress, &context)
            initialized = 20
        }
    }

    /// The key, or the digest of one that is longer than a block, and zeros behind it.
    private static func fillSHA1(block: UnsafeMutableBufferPointer<UInt8>, with key: SecretBytes) {
        unsafe key.withBytes { bytes in
            guard bytes.count > blockBytes else {
                for index in 0..<bytes.count { unsafe block[index] = bytes[index] }
                return
            }
            var context = SHA_CTX()
            _ = unsafe SHA1_Init(&context)
            _ = unsafe SHA1_Update(&context, bytes.baseAddress, bytes.count)
            _ = unsafe SHA1_Final(block.baseAddress, &context)
            unsafe OPENSSL_cleanse(&context, MemoryLayout<SHA_CTX>.size)
        }
    }
}
