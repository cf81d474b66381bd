import Codecs
import Cryptography
import Testing

@Suite("One-time passwords")
struct OneTimePasswordTests {
    /// The secret of both RFCs: 20 ASCII digits.
    private let key = SecretBytes("12345678901234567890")

    @Test("RFC 4226, appendix D: the first ten codes")
    func counters() {
        let codes = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
        ]
        for (counter, code) in codes.enumerated() {
            #expect(OneTimePassword.code(key: key, counter: UInt64(counter)) == Array(code.utf8))
            #expect(OneTimePassword.matches(Array(code.utf8), key: key, counter: UInt64(counter)))
        }
    }

    @Test(
        "RFC 6238, appendix B: codes of eight digits, also where the step needs more than 32 bits",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ] as [(Int64, String)])
    func times(_ seconds: Int64, _ code: String) {
        let step = TOTP.step(at: Timestamp(millisecondsSince1970: seconds * 1000))
        #expect(OneTimePassword.code(key: key, counter: step, digits: 8) == Array(code.utf8))
    }

    @Test("A code is good for its own step and the ones beside it, and never again")
    func steps() throws {
        let now = Timestamp(millisecondsSince1970: 1_795_262_400_000)
        let present = TOTP.step(at: now)
        for distance in -3...3 {
            let step = UInt64(Int64(present) + Int64(distance))
            let code = OneTimePassword.code(key: key, counter: step)
            let expected = abs(distance) <= 1 ? step : nil
            #expect(TOTP.step(matching: code, key: key, at: now) == expected)
            #expect(TOTP.step(matching: code, key: key, at: now, after: present) == (distance == 1 ? step : nil))
            #expect(TOTP.step(matching: code, key: key, at: now, after: present + 1) == nil)
        }
        #expect(TOTP.step(at: Timestamp(millisecondsSince1970: -1)) == 0)
    }

    @Test("Nothing but six ASCII digits is a code")
    func forms() {
        let code = Array("755224".utf8)
        let wrong: [[UInt8]] = [
            [], Array("75522".utf8), Array("7552244".utf8), Array("0755224".utf8), Array(" 755224".utf8),
            Array("755224\n".utf8), Array("７５５２２４".utf8), Array("755 224".utf8), Array("٧٥٥٢٢٤".utf8), code + [0],
        ]
        for text in wrong { #expect(!OneTimePassword.matches(text, key: key, counter: 0)) }
        #expect(OneTimePassword.matches(code, key: key, counter: 0))
    }

    @Test("Before 1970 and at the end of time there are steps too")
    func ends() {
        let zero = Timestamp(millisecondsSince1970: 0)
        #expect(TOTP.step(matching: Array("755224".utf8), key: key, at: zero) == 0)
        #expect(TOTP.step(matching: OneTimePassword.code(key: key, counter: .max), key: key, at: zero) == nil)
        #expect(TOTP.step(matching: [], key: key, at: Timestamp(millisecondsSince1970: .max)) == nil)
        #expect(TOTP.step(matching: [], key: key, at: Timestamp(millisecondsSince1970: .min)) == nil)
    }
}
