import StrictJSON
import Testing

@testable import Cryptography

@Suite("Wycheproof's vectors of symmetric functions")
struct WycheproofTests {
    @Test("AES-256-GCM: sound messages are sealed and opened, all others stay closed")
    func sealing() throws {
        let tests = try VectorFile("aes_gcm_256.json").tests
        #expect(tests.count == 66)
        for test in tests {
            let (key, nonce) = (SecretBytes(try test.bytes("key")), try test.bytes("nonce"))
            let (context, message) = (try test.bytes("context"), try test.bytes("message"))
            let sealed = nonce + (try test.bytes("ciphertext")) + (try test.bytes("tag"))
            if try test.isValid() {
                #expect(try AESGCM.seal(message, key: key, nonce: nonce, context: context) == sealed)
                #expect(try AESGCM.open(sealed, key: key, context: context) == message, test.name)
            } else {
                #expect(throws: CryptographyError.notAuthentic, test.name) {
                    try AESGCM.open(sealed, key: key, context: context)
                }
            }
        }
    }

    @Test("HKDF with SHA-256: every key, and none that is longer than there can be")
    func derivation() throws {
        let tests = try VectorFile("hkdf_sha256.json").tests
        #expect(tests.count == 86)
        for test in tests {
            let (secret, salt) = (SecretBytes(try test.bytes("secret")), try test.bytes("salt"))
            let (info, count) = (try test.bytes("info"), Int(try test.member("count").integer()))
            if try test.isValid() {
                let key = try HKDF.key(from: secret, salt: salt, info: info, count: count)
                #expect(try key.equals(test.bytes("key")), test.name)
            } else {
                #expect(throws: CryptographyError.invalidLength) {
                    try HKDF.key(from: secret, salt: salt, info: info, count: count)
                }
            }
        }
    }
}
