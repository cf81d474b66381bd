import Codecs
import Cryptography
import Testing

@Suite("HMAC with SHA-256")
struct HMACTests {
    struct Vector: Sendable, CustomStringConvertible {
        let description: String
        let key: [UInt8]
        let message: [UInt8]
        let code: String

        init(_ description: String, _ key: [UInt8], _ message: [UInt8], _ code: String) {
            self.description = description
            self.key = key
            self.message = message
            self.code = code
        }
    }

    // RFC 4231, sections 4.2 to 4.8; 4.6 is a code cut to 128 bits.
    static let vectors = [
        Vector(
            "4.2", .init(repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Vector(
            "4.3", Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Vector(
            "4.4", .init(repeating: 0xAA, count: 20), .init(repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Vector(
            "4.5", Array(1...25), .init(repeating: 0xCD, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Vector(
            "4.6", .init(repeating: 0x0C, count: 20), Array("Test With Truncation".utf8),
            "a3b6167473100ee06e0c796c2955552b"),
        Vector(
            "4.7", .init(repeating: 0xAA, count: 131),
            Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Vector(
            "4.8", .init(repeating: 0xAA, count: 131),
            Array(
                """
                This is a test using a larger than block-size key and a larger than block-size data. \
                The key needs to be hashed before being used by the HMAC algorithm.
                """.utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("gives the codes of RFC 4231", arguments: vectors)
    func examples(vector: Vector) {
        let code = HMAC.code(for: vector.message, key: SecretBytes(vector.key))
        #expect(Hex.encode(code.prefix(vector.code.utf8.count / 2)) == vector.code)
    }

    // Computed with Python's `hmac`; around the length of a block, where the key begins to be digested.
    @Test(
        "takes keys of any length",
        arguments: [
            (0, "eb08c1f56d5ddee07f7bdf80468083da06b64cf4fac64fe3a90883df5feacae4"),
            (1, "9831a5afefa770d5fe6c985f6c343796ca3d27651d69e24864f1f9948debfacf"),
            (63, "e27efa30bcbfbc25b4d936ffd8553392f398eb2edada1dac2423a961af0c305b"),
            (64, "890f3a16e0ca0aaa3bf180f70fa8e3970b3fd6505e98fde157988dcc19d1685c"),
            (65, "0c256505306af48015530c139bb7add5ad7a6a9291cd511278a067e765816fbd"),
            (200, "3badf82b9f5273bc369d6a02e72487c74a31bff445000fec40fe0cee65c08bf2"),
        ])
    func keyLengths(count: Int, code: String) {
        #expect(
            Hex.encode(HMAC.code(for: Array("message".utf8), key: SecretBytes(Array(repeating: 0x6B, count: count))))
                == code)
    }

    @Test("a code used as a key is the same bytes")
    func chained() {
        let code = HMAC.code(for: [1], key: SecretBytes("key"))
        let key = HMAC.key(for: [1], key: SecretBytes("key"))
        #expect(HMAC.code(for: [2], key: key) == HMAC.code(for: [2], key: SecretBytes(code)))
    }

    @Test("no way of printing a key shows its bytes")
    func printing() {
        let key = SecretBytes("hidden-key")
        var dumped = ""
        dump(key, to: &dumped)
        dump([104, 105], to: &dumped)
        for text in ["\(key)", String(reflecting: key)] { #expect(text == "SecretBytes(10)") }
        #expect(!dumped.containsText("hidden") && !dumped.containsText("0x"))
    }
}
