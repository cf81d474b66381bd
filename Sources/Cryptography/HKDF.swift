/// Keys derived from a secret, with SHA-256 (RFC 5869).
package enum HKDF {
    /// The longest key that can be derived, in bytes (section 2.3).
    package static let maximumBytes = 255 * 32

    /// A key of `count` bytes for the purpose that `info` names.
    ///
    /// Throws `.invalidLength` where `count` is not 1 to `maximumBytes`.
    package static func key(
        from secret: SecretBytes, salt: [UInt8] = [], info: [UInt8], count: Int = 32
    ) throws(CryptographyError) -> SecretBytes {
        guard (1...maximumBytes).contains(count) else { throw .invalidLength }
        let extracted = extract(secret, salt: salt)
        return unsafe SecretBytes(count: count) { unsafe expand(extracted, info, into: $0) }
    }

    /// Section 2.2; an empty salt is the same as one of zeros, because HMAC fills its key up with them.
    private static func extract(_ secret: SecretBytes, salt: [UInt8]) -> SecretBytes {
        HMAC.key(for: secret, key: SecretBytes(salt))
    }

    /// Section 2.3: T(n) = HMAC(key, T(n-1) | info | n), one behind the other.
    private static func expand(
        _ key: SecretBytes, _ info: [UInt8], into output: UnsafeMutableBufferPointer<UInt8>
    ) {
        var previous = SecretBytes([])
        var filled = 0
        var number: UInt8 = 1
        while filled < output.count {
            let message = block(previous, info, number)
            previous = HMAC.key(for: message, key: key)
            let taken = min(previous.count, output.count - filled)
            unsafe previous.withBytes { bytes in
                for offset in 0..<taken { unsafe output[filled + offset] = bytes[offset] }
            }
            filled += taken
            number &+= 1
        }
    }

    private static func block(_ previous: SecretBytes, _ info: [UInt8], _ number: UInt8) -> SecretBytes {
        unsafe SecretBytes(count: previous.count + info.count + 1) { buffer in
            unsafe previous.withBytes { bytes in
                for index in 0..<bytes.count { unsafe buffer[index] = bytes[index] }
            }
            for (index, byte) in info.enumerated() { unsafe buffer[previous.count + index] = byte }
            unsafe buffer[buffer.count - 1] = number
        }
    }
}
