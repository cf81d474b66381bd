import Codecs
import Testing

@testable import Cryptography

@Suite("AES-256-GCM")
struct AESGCMTests {
    struct Vector: Sendable, CustomStringConvertible {
        let description: String
        let key: String
        let nonce: String
        let plaintext: String
        let context: String
        let sealed: String
    }

    private static let key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    private static let zeros = String(repeating: "00", count: 32)

    // McGrew and Viega, "The Galois/Counter Mode of Operation", appendix B, the cases of 256 bits with 96-bit nonces.
    static let vectors = [
        Vector(
            description: "13", key: zeros, nonce: String(zeros.prefix(24)), plaintext: "", context: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Vector(
            description: "14", key: zeros, nonce: String(zeros.prefix(24)), plaintext: String(zeros.prefix(32)),
            context: "", sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Vector(
            description: "15", key: key, nonce: "cafebabefacedbaddecaf888",
            plaintext: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255
                """,
            context: "",
            sealed: """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad\
                b094dac5d93471bdec1a502270e3cc6c
                """),
        Vector(
            description: "16", key: key, nonce: "cafebabefacedbaddecaf888",
            plaintext: """
                d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39
                """,
            context: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            sealed: """
                522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662\
                76fc6ece0f4e1768cddf8853bb2d551b
                """),
    ]

    @Test("seals and opens the published cases", arguments: vectors)
    func examples(vector: Vector) throws {
        func bytes(_ hex: String) throws -> [UInt8] { try #require(Hex.decode(hex.utf8)) }
        let key = try SecretBytes(bytes(vector.key))
        let (nonce, context) = try (bytes(vector.nonce), bytes(vector.context))
        let sealed = try AESGCM.seal(bytes(vector.plaintext), key: key, nonce: nonce, context: context)
        #expect(try sealed == nonce + bytes(vector.sealed))
        #expect(try AESGCM.open(sealed, key: key, context: context) == bytes(vector.plaintext))
    }

    @Test("never seals twice under one nonce, and each seal opens", arguments: [0, 1, 15, 16, 17, 4_096, 100_000])
    func randomNonces(count: Int) throws {
        let key = try SecretBytes(SecureRandom.bytes(count: 32))
        let plaintext = try SecureRandom.bytes(count: count)
        let seals = try (0..<16).map { _ in try AESGCM.seal(plaintext, key: key, context: [7]) }
        #expect(Set(seals.map { $0.prefix(12) }).count == 16)
        for sealed in seals {
            #expect(try AESGCM.open(sealed, key: key, context: [7]) == plaintext)
        }
    }

    @Test("refuses a change of any bit of nonce, ciphertext or tag")
    func tampering() throws {
        let key = try SecretBytes(SecureRandom.bytes(count: 32))
        let sealed = try AESGCM.seal(Array(0..<40), key: key, context: [1, 2])
        for position in sealed.indices {
            for bit in 0..<8 {
                var altered = sealed
                altered[position] ^= 1 << bit
                #expect(throws: CryptographyError.notAuthentic, "bit \(bit) of byte \(position)") {
                    try AESGCM.open(altered, key: key, context: [1, 2])
                }
            }
        }
    }

    @Test("refuses what was cut, lengthened, or belongs to another key or context")
    func otherContext() throws {
        let key = try SecretBytes(SecureRandom.bytes(count: 32))
        let sealed = try AESGCM.seal(Array(0..<40), key: key, context: [1, 2])
        for count in sealed.indices {
            #expect(throws: CryptographyError.notAuthentic) {
                try AESGCM.open(Array(sealed.prefix(count)), key: key, context: [1, 2])
            }
        }
        #expect(throws: CryptographyError.notAuthentic) { try AESGCM.open(sealed + [0], key: key, context: [1, 2]) }
        for context in [[], [1], [1, 3], [1, 2, 0]] as [[UInt8]] {
            #expect(throws: CryptographyError.notAuthentic) { try AESGCM.open(sealed, key: key, context: context) }
        }
        let other = try SecretBytes(SecureRandom.bytes(count: 32))
        #expect(throws: CryptographyError.notAuthentic) { try AESGCM.open(sealed, key: other, context: [1, 2]) }
    }

    @Test("takes keys of 256 bits, nonces of 96, and texts up to its limit")
    func lengths() throws {
        for count in [0, 16, 24, 31, 33] {
            let key = SecretBytes(Array(repeating: 1, count: count))
            #expect(throws: CryptographyError.invalidLength) { try AESGCM.seal([1], key: key, context: []) }
            #expect(throws: CryptographyError.invalidLength) {
                try AESGCM.open(Array(repeating: 0, count: 40), key: key, context: [])
            }
        }
        let key = SecretBytes(Array(repeating: 1, count: 32))
        for count in [0, 8, 11, 13, 16] {
            #expect(throws: CryptographyError.invalidLength) {
                try AESGCM.seal([1], key: key, nonce: Array(repeating: 0, count: count), context: [])
            }
        }
        let long = [UInt8](repeating: 0, count: AESGCM.maximumBytes + 1)
        #expect(throws: CryptographyError.invalidLength) { try AESGCM.seal(long, key: key, context: []) }
        #expect(throws: CryptographyError.invalidLength) { try AESGCM.seal([], key: key, context: long) }
    }
}
