package import Codecs

/// Passwords that are good for one use, from a shared secret and a counter (HOTP, RFC 4226).
package enum OneTimePassword {
    /// The ASCII digits of the code for a counter; `digits` is 6 to 9, and taken as the nearest of these.
    package static func code(key: SecretBytes, counter: UInt64, digits: Int = 6) -> [UInt8] {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: counter >> (56 - 8 * UInt64($0))) }
        let code = HMAC.sha1(for: message, key: key)
        // Dynamic truncation (section 5.3): the last half byte says where the 31 bits begin.
        let start = Int(code[19] & 15)
        var number = code[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        var text = [UInt8](repeating: 0x30, count: min(max(digits, 6), 9))
        for index in text.indices.reversed() {
            text[index] += UInt8(number % 10)
            number /= 10
        }
        return text
    }

    /// Whether `code` is the counter's, compared in constant time; only ASCII digits can be.
    package static func matches(_ code: [UInt8], key: SecretBytes, counter: UInt64) -> Bool {
        ConstantTime.areEqual(code, self.code(key: key, counter: counter))
    }
}

/// One-time passwords whose counter is the time (TOTP, RFC 6238), with steps of 30 seconds.
package enum TOTP {
    package static let stepSeconds: Int64 = 30

    /// The number of the step that a moment is in; a moment before 1970 is in step 0.
    package static func step(at time: Timestamp) -> UInt64 {
        UInt64(max(0, time.millisecondsSince1970) / (stepSeconds * 1000))
    }

    /// The step, at most one before or after the present one, whose code this is (section 5.2); nil if there is none.
    ///
    /// - Parameters:
    ///   - code: six ASCII digits as they came in; any other bytes match no step
    ///   - lastStep: the last step that a code was accepted for, which with all before it is used up
    package static func step(
        matching code: [UInt8], key: SecretBytes, at time: Timestamp, after lastStep: UInt64? = nil
    ) -> UInt64? {
        let present = step(at: time)
        var found: UInt64?
        // All three are computed, so that the time taken does not tell which one it was.
        for step in [present &- 1, present, present &+ 1] where OneTimePassword.matches(code, key: key, counter: step) {
            if step <= present &+ 1, lastStep.map({ step > $0 }) ?? true { found = found ?? step }
        }
        return found
    }
}
