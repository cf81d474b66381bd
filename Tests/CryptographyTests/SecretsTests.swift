import Cryptography
import Testing

@Suite("Secrets")
struct SecretsTests {
    @Test("are compared by every byte and by length")
    func comparison() {
        let secret: [UInt8] = Array(0..<32)
        #expect(ConstantTime.areEqual(secret, secret))
        #expect(ConstantTime.areEqual([], []))
        #expect(!ConstantTime.areEqual(secret, Array(secret.dropLast())))
        for position in secret.indices {
            var other = secret
            other[position] ^= 0x80
            #expect(!ConstantTime.areEqual(secret, other))
        }
    }

    @Test("of random bytes have the length asked for and do not repeat", arguments: [0, 1, 32, 256, 257, 1_000])
    func random(_ count: Int) throws {
        let first = try SecureRandom.bytes(count: count)
        let second = try SecureRandom.bytes(count: count)
        #expect(first.count == count && second.count == count)
        // The tail beyond getentropy's 256 bytes a call must be filled as well.
        if count >= 32 { #expect(first.suffix(32) != second.suffix(32)) }
        if count == 1_000 { #expect(Set(first).count > 200) }
    }
}
