import Codecs
import Cryptography
import StrictJSON
import Testing

@Suite("RSA signatures")
struct RSASignatureTests {
    @Test("A15: Wycheproof's signatures of 3072 bits: altered padding, DigestInfo, lengths and numbers are all refused")
    func wycheproof() throws {
        let file = try VectorFile("rsa_signature_3072_sha256.json")
        // The second key has the exponent 3, which is not taken; its one signature cannot be asked about.
        let keys = try file.root.member("moduli").elements.map { modulus in
            let bytes = try #require(Base64.decode(modulus.utf8(), alphabet: .url))
            return try RSAPublicKey(modulus: bytes, exponent: [1, 0, 1])
        }
        #expect(throws: CryptographyError.unusableKey) {
            try RSAPublicKey(modulus: keys[1].modulus, exponent: [3])
        }
        var asked = 0
        for test in try file.tests where try test.member("key").integer() == 0 {
            let isFound = try keys[0].isValid(test.bytes("signature"), of: test.bytes("message"))
            #expect(try isFound == test.isValid(), test.name)
            asked += 1
        }
        #expect(asked == 258)
    }

    @Test("Wycheproof's private key is read, signs as the vectors say, and is written as it was")
    func signing() throws {
        let file = try VectorFile("rsa_pkcs1_3072_sig_gen_sha256.json")
        let encoded = try file.root.bytes("pkcs8")
        let key = try RSAPrivateKey(pkcs8: SecretBytes(encoded))
        for test in try file.tests {
            let (message, signature) = (try test.bytes("message"), try test.bytes("signature"))
            #expect(try key.signature(of: message) == signature, test.name)
            #expect(try key.publicKey.isValid(signature, of: message))
        }
        #expect(try key.pkcs8.equals(encoded))
    }

    @Test("A new key has 3072 bits and the exponent 65537, and comes back from its own form")
    func generation() throws {
        let key = try RSAPrivateKey.generate()
        #expect(key.publicKey.bitCount == 3072 && key.publicKey.exponent == [1, 0, 1])
        let again = try RSAPrivateKey(pkcs8: key.pkcs8)
        #expect(again.publicKey == key.publicKey)
        let message = Array("message".utf8)
        #expect(try key.publicKey.isValid(again.signature(of: message), of: message))
    }

    @Test("Bytes that are no such key are refused: cut short, longer, altered, of another kind")
    func malformed() throws {
        let sound = try VectorFile("rsa_pkcs1_3072_sig_gen_sha256.json").root.bytes("pkcs8")
        // RFC 8410, section 10.3: an Ed25519 key.
        let other = try #require(
            Base64.decode("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC".utf8))
        var wrong: [[UInt8]] = [
            [], [0x30], Array(sound.dropLast()), sound + [0], other, Array(repeating: 0, count: 5000),
        ]
        // The modulus altered; and the private exponent with a prime, of which the library could do without either.
        for offsets in [[60], [500, 1000]] {
            var altered = sound
            for offset in offsets { altered[offset] ^= 2 }
            wrong.append(altered)
        }
        for bytes in wrong {
            #expect(throws: CryptographyError.self, "\(bytes.count)") { try RSAPrivateKey(pkcs8: SecretBytes(bytes)) }
        }
    }

    @Test("A public key has one form, and a size that is worth having")
    func strictness() throws {
        let modulus = try RSAPrivateKey(
            pkcs8: SecretBytes(VectorFile("rsa_pkcs1_3072_sig_gen_sha256.json").root.bytes("pkcs8"))
        ).publicKey.modulus
        let odd = modulus.dropLast() + [modulus.last.map { $0 | 1 } ?? 1]
        let wrong: [([UInt8], [UInt8])] = [
            ([], [1, 0, 1]), ([0] + modulus, [1, 0, 1]), (modulus.dropLast() + [0], [1, 0, 1]),
            (Array(odd.suffix(255)), [1, 0, 1]), ([0x80] + modulus + modulus, [1, 0, 1]), (modulus, []), (modulus, [1]),
            (modulus, [3]), (modulus, [0, 1, 0, 1]), (modulus, [1, 0, 0]), (modulus, [1, 0, 1, 0, 1]),
            // 3 to the power of 1938 has 3072 bits and a divisor that anybody finds.
            (Self.powerOfThree, [1, 0, 1]),
        ]
        for (number, exponent) in wrong {
            #expect(throws: CryptographyError.unusableKey) { try RSAPublicKey(modulus: number, exponent: exponent) }
        }
        #expect(try RSAPublicKey(modulus: modulus, exponent: [1, 0, 1]).bitCount == 3072)
    }

    private static var powerOfThree: [UInt8] {
        var digits: [UInt8] = [1]
        for _ in 0..<1938 {
            var carry = 0
            for index in digits.indices.reversed() {
                let product = Int(digits[index]) * 3 + carry
                digits[index] = UInt8(product & 255)
                carry = product >> 8
            }
            if carry > 0 { digits.insert(UInt8(carry), at: 0) }
        }
        return digits
    }
}
