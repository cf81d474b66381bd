internal import COpenSSL

/// Comparison whose duration does not depend on where two secrets differ.
package enum ConstantTime {
    /// Whether two secrets are equal (`CRYPTO_memcmp`); only their lengths may be learnt from the time it takes.
    package static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe CRYPTO_memcmp(left, right, left.count) == 0
    }
}
