internal import Platform

/// Random bytes that nobody can predict.
package enum SecureRandom {
    /// Random bytes from the operating system (`getentropy`).
    ///
    /// Throws `.noEntropy`.
    package static func bytes(count: Int) throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var offset = 0
        while offset < bytes.count {
            // getentropy gives at most 256 bytes a call.
            let part = min(256, bytes.count - offset)
            let result = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe buffer.baseAddress.map { unsafe getentropy($0 + offset, part) } ?? -1
            }
            guard result == 0 else { throw .noEntropy }
            offset += part
        }
        return bytes
    }
}
