/// How much work one password hash is (RFC 7914, section 2).
package struct ScryptCost: Hashable, Sendable {
    /// The base 2 logarithm of the CPU and memory cost N.
    package let logN: Int
    /// The block size r.
    package let blockSize: Int
    /// The parallelization p: how often the work is done, one time after the other.
    package let parallelism: Int

    package init(logN: Int, blockSize: Int, parallelism: Int) {
        self.logN = logN
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// N = 2^15, r = 8, p = 3: 32 MiB (OWASP Password Storage Cheat Sheet; ASVS 5.0, appendix C).
    package static let standard = ScryptCost(logN: 15, blockSize: 8, parallelism: 3)

    /// What `EVP_PBE_scrypt` allocates, in bytes: 128 * r * (N + p + 2); nil where that is beyond any machine.
    var memoryBytes: Int? {
        guard (1...40).contains(logN), (1...1024).contains(blockSize), (1...1024).contains(parallelism) else {
            return nil
        }
        return 128 * blockSize * ((1 << logN) + parallelism + 2)
    }
}

/// Which password hashes are worth reading: cheaper ones protect nothing, dearer ones are an attack on the machine.
package struct ScryptBounds: Sendable {
    package let logN: ClosedRange<Int>
    package let blockSize: ClosedRange<Int>
    package let parallelism: ClosedRange<Int>
    package let saltBytes: ClosedRange<Int>
    package let hashBytes: ClosedRange<Int>

    package init(
        logN: ClosedRange<Int>, blockSize: ClosedRange<Int>, parallelism: ClosedRange<Int>,
        saltBytes: ClosedRange<Int>, hashBytes: ClosedRange<Int>
    ) {
        self.logN = logN
        self.blockSize = blockSize
        self.parallelism = parallelism
        self.saltBytes = saltBytes
        self.hashBytes = hashBytes
    }

    /// At most 256 MiB, and at most ten times the time that such memory takes.
    package static let standard = ScryptBounds(
        logN: 14...17, blockSize: 8...16, parallelism: 1...10, saltBytes: 8...64, hashBytes: 16...64)

    /// For tests alone, which hash often: as little as N = 2.
    package static let weakForTests = ScryptBounds(
        logN: 1...17, blockSize: 1...16, parallelism: 1...16, saltBytes: 0...64, hashBytes: 16...64)

    func allows(_ cost: ScryptCost) -> Bool {
        logN.contains(cost.logN) && blockSize.contains(cost.blockSize) && parallelism.contains(cost.parallelism)
    }
}
