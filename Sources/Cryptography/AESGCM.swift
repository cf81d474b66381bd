internal import COpenSSL

/// Authenticated encryption with AES-256 in Galois/Counter mode (NIST SP 800-38D).
package enum AESGCM {
    package static let keyBytes = 32
    package static let nonceBytes = 12
    package static let tagBytes = 16
    /// What a sealed message is longer than its plaintext.
    package static let overheadBytes = nonceBytes + tagBytes
    /// The longest plaintext, and the longest context, in bytes.
    package static let maximumBytes = 16 << 20

    /// Encrypts under a random nonce: nonce, ciphertext, tag, one behind the other.
    ///
    /// One key is good for 2^32 messages (SP 800-38D, section 8.3). `context` is not part of the result: opening needs
    /// the same again. Throws `.invalidLength`, `.noEntropy`, `.libraryFailure`.
    package static func seal(
        _ plaintext: [UInt8], key: SecretBytes, context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try seal(plaintext, key: key, nonce: SecureRandom.bytes(count: nonceBytes), context: context)
    }

    /// The same with a nonce of the caller's, who must never use it twice with one key.
    static func seal(
        _ plaintext: [UInt8], key: SecretBytes, nonce: [UInt8], context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        try checkLengths(key, nonce: nonce.count, text: plaintext.count, context: context.count)
        let cipher = try CipherContext(encrypts: true, key: key, nonce: nonce)
        try cipher.authenticate(context)
        var sealed = nonce + plaintext + [UInt8](repeating: 0, count: tagBytes)
        let failure = unsafe sealed.withUnsafeMutableBufferPointer { buffer -> CryptographyError? in
            guard let start = unsafe buffer.baseAddress.map({ unsafe $0 + nonceBytes }) else { return .libraryFailure }
            do throws(CryptographyError) {
                try unsafe cipher.process(start, count: plaintext.count, into: start)
                try unsafe cipher.finish(tag: start + plaintext.count, count: tagBytes)
                return nil
            } catch { return error }
        }
        if let failure { throw failure }
        return sealed
    }

    /// The plaintext of what `seal` made with the same key and context.
    ///
    /// Throws `.notAuthentic` where one bit of anything differs, `.invalidLength`, `.libraryFailure`.
    package static func open(
        _ sealed: [UInt8], key: SecretBytes, context: [UInt8]
    ) throws(CryptographyError) -> [UInt8] {
        guard sealed.count >= overheadBytes else { throw .notAuthentic }
        let text = sealed[nonceBytes..<sealed.count - tagBytes]
        try checkLengths(key, nonce: nonceBytes, text: text.count, context: context.count)
        let cipher = try CipherContext(encrypts: false, key: key, nonce: Array(sealed.prefix(nonceBytes)))
        try cipher.authenticate(context)
        var plaintext = Array(text)
        do throws(CryptographyError) {
            try decrypt(&plaintext, cipher)
            try cipher.finish(expecting: sealed.suffix(tagBytes))
        } catch {
            // What did not come from the key's holder must not stay in memory as if it had.
            unsafe OPENSSL_cleanse(&plaintext, plaintext.count)
            throw error
        }
        return plaintext
    }

    private static func decrypt(
        _ bytes: inout [UInt8], _ cipher: CipherContext
    ) throws(CryptographyError) {
        guard !bytes.isEmpty else { return }
        let input = bytes
        try unsafe cipher.process(input, count: input.count, into: &bytes)
    }

    private static func checkLengths(
        _ key: SecretBytes, nonce: Int, text: Int, context: Int
    ) throws(CryptographyError) {
        guard key.count == keyBytes, nonce == nonceBytes, text <= maximumBytes, context <= maximumBytes else {
            throw .invalidLength
        }
    }
}
