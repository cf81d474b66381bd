import Codecs
import Testing

@testable import Cryptography

@Suite("Password hashes")
struct ScryptTests {
    private struct Vector {
        let password: String
        let salt: String
        let cost: ScryptCost
        let hash: String
    }

    /// RFC 7914, section 12, the first three of four.
    private static let vectors = [
        Vector(
            password: "", salt: "", cost: ScryptCost(logN: 4, blockSize: 1, parallelism: 1),
            hash: """
                77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442\
                fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906
                """),
        Vector(
            password: "password", salt: "NaCl", cost: ScryptCost(logN: 10, blockSize: 8, parallelism: 16),
            hash: """
                fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162\
                2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640
                """),
        Vector(
            password: "pleaseletmein", salt: "SodiumChloride",
            cost: ScryptCost(logN: 14, blockSize: 8, parallelism: 1),
            hash: """
                7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2\
                d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887
                """),
    ]

    @Test("RFC 7914, section 12: what the function gives", arguments: 0..<3)
    func derivation(_ index: Int) throws {
        let vector = Self.vectors[index]
        let key = try Scrypt.derive(
            from: SecretBytes(vector.password), salt: Array(vector.salt.utf8), cost: vector.cost, count: 64,
            within: .weakForTests)
        #expect(try key.equals(#require(Hex.decode(vector.hash.utf8))))
    }

    @Test("RFC 7914, section 12: the fourth, which takes 1 GiB, is refused before anything is allocated")
    func expensive() {
        let cost = ScryptCost(logN: 20, blockSize: 8, parallelism: 1)
        for bounds in [ScryptBounds.standard, .weakForTests] {
            #expect(throws: CryptographyError.costOutOfBounds) {
                try Scrypt.derive(
                    from: SecretBytes("pleaseletmein"), salt: Array("SodiumChloride".utf8), cost: cost, count: 64,
                    within: bounds)
            }
        }
    }

    @Test("The standard cost runs, which the library's own limit of memory would refuse; Python agrees")
    func standard() throws {
        let hash = try PasswordHash(hashing: SecretBytes("x"), salt: Array(repeating: 1, count: 16))
        // Python 3.11, hashlib.scrypt(b"x", salt=bytes([1] * 16), n=2**15, r=8, p=3, maxmem=2**26, dklen=32).
        let expected = "$scrypt$ln=15,r=8,p=3$AQEBAQEBAQEBAQEBAQEBAQ$NFomRSz2jj+jxTma749IuWziAkIC1hl55DnGznEEgmI"
        #expect(hash.phc == Array(expected.utf8))
        #expect(try hash.matches(SecretBytes("x")))
        #expect(try !hash.matches(SecretBytes("y")))
    }

    @Test("A password is bytes: what is behind a zero counts, and nothing is cut off")
    func bytes() throws {
        let cheap = ScryptCost(logN: 1, blockSize: 1, parallelism: 1)
        func hash(_ password: [UInt8]) throws -> PasswordHash {
            try PasswordHash(
                hashing: SecretBytes(password), salt: [1], cost: cheap, within: .weakForTests)
        }
        let passwords: [[UInt8]] = [
            [], [0x61], [0x61, 0, 0x62], [0x61, 0, 0x63], Array(repeating: 0x61, count: 72),
            Array(repeating: 0x61, count: 73), Array(repeating: 0x61, count: 1024),
        ]
        for (index, password) in passwords.enumerated() {
            for (other, text) in passwords.enumerated() {
                #expect(try hash(password).matches(SecretBytes(text)) == (index == other))
            }
        }
    }
}
