/// Moduli that look sound and are not.
enum RSAWeakness {
    /// Whether the modulus is divisible by a small prime, or was made by the generator of CVE-2017-15361 ("ROCA").
    ///
    /// That generator's primes are k * M + (65537^a mod M) for a product M of small primes, so modulo each of these the
    /// modulus is a power of 65537 (Nemec and others, "The Return of Coppersmith's Attack", 2017, section 2.1). Of sound
    /// moduli fewer than one in 2^80 are powers modulo all of them.
    static func isPresent(in modulus: [UInt8]) -> Bool {
        var isFingerprint = true
        for prime in primes {
            let remainder = modulus.reduce(0) { ($0 << 8 | Int($1)) % prime }
            guard remainder != 0 else { return true }
            isFingerprint = isFingerprint && isPower(remainder, modulo: prime)
        }
        return isFingerprint
    }

    /// Whether `number` is 65537^a modulo the prime for some a.
    private static func isPower(_ number: Int, modulo prime: Int) -> Bool {
        let base = 65537 % prime
        var power = 1
        repeat {
            if power == number { return true }
            power = power * base % prime
        } while power != 1
        return false
    }

    /// The odd primes up to 167, which M has for keys of 512 bits and more.
    private static let primes = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]
}
