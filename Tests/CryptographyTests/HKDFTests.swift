import Codecs
import Cryptography
import Testing

@Suite("HKDF with SHA-256")
struct HKDFTests {
    struct Vector: Sendable, CustomStringConvertible {
        let description: String
        let secret: [UInt8]
        let salt: [UInt8]
        let info: [UInt8]
        let key: String
    }

    // RFC 5869, appendix A.1 to A.3.
    static let vectors = [
        Vector(
            description: "A.1", secret: .init(repeating: 0x0B, count: 22), salt: Array(0x00...0x0C),
            info: Array(0xF0...0xF9),
            key: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Vector(
            description: "A.2", secret: Array(0x00...0x4F), salt: Array(0x60...0xAF), info: Array(0xB0...0xFF),
            key: """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09\
                da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87
                """),
        Vector(
            description: "A.3", secret: .init(repeating: 0x0B, count: 22), salt: [], info: [],
            key: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test("derives the keys of RFC 5869", arguments: vectors)
    func examples(vector: Vector) throws {
        let key = try HKDF.key(
            from: SecretBytes(vector.secret), salt: vector.salt, info: vector.info, count: vector.key.utf8.count / 2)
        // A key shows its bytes to nobody, so its codes are compared.
        let expected = try #require(Hex.decode(vector.key.utf8))
        #expect(key.count == expected.count)
        #expect(HMAC.code(for: [1], key: key) == HMAC.code(for: [1], key: SecretBytes(expected)))
    }

    @Test(
        "gives 1 to 8160 bytes, and no others",
        arguments: [(0, false), (1, true), (8_160, true), (8_161, false), (-1, false)])
    func lengths(count: Int, isPossible: Bool) throws {
        if isPossible {
            #expect(try HKDF.key(from: SecretBytes("secret"), info: [], count: count).count == count)
        } else {
            #expect(throws: CryptographyError.invalidLength) {
                try HKDF.key(from: SecretBytes("secret"), info: [], count: count)
            }
        }
    }
}
