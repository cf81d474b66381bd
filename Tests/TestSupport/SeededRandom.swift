internal import Platform

/// A random sequence that can be repeated: SplitMix64 (Steele, Lea, Flood 2014).
///
/// The seed is in `NERDWORK_TEST_SEED`, or new for each process; put `seed` into the message of an expectation.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    /// The seed of this process.
    package static let processSeed: UInt64 = {
        let given = unsafe getenv("NERDWORK_TEST_SEED").flatMap { unsafe UInt64(String(cString: $0)) }
        let seed = given ?? UInt64.random(in: 0...UInt64.max)
        print("NERDWORK_TEST_SEED=\(seed)")
        return seed
    }()

    package let seed: UInt64
    private var state: UInt64

    /// A sequence of its own for each `stream`, so that tests do not disturb each other.
    package init(seed: UInt64 = SeededRandom.processSeed, stream: UInt64 = 0) {
        self.seed = seed
        state = seed &+ stream &* 0x9E37_79B9_7F4A_7C15
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
