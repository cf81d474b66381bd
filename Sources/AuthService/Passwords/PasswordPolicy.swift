import Codecs
import Cryptography
import LambdaRuntime
package import ServiceKit

/// Which passwords may be chosen (NIST SP 800-63B-4, section 3.1.1.2; ASVS 5.0, 6.2).
///
/// Length and what everybody would try first; no rules of composition, which make passwords alike. None of it is asked
/// of a password that is only checked.
package struct PasswordPolicy: Sendable {
    /// The shortest password that alone protects an account, in Unicode scalars.
    package static let minimum = 15
    /// The shortest where a second factor is asked for as well.
    package static let minimumWithSecondFactor = 8

    private let serviceWords = ["nerdwork", "comic"].map { Array($0.utf8) }

    package init() {}

    /// Refuses a password that is too short, common or predictable.
    ///
    /// - Parameters:
    ///   - hasSecondFactor: whether the account has a confirmed one; never at sign-up
    ///   - email: the account's address, whose local part does not make a password
    ///   - pointer: the member's place in the body
    /// - Throws: `Problem` 422 `weak_password`, whose only error has the code `too_short`, `too_common` or
    ///   `too_predictable`.
    package func check(
        _ password: Password, hasSecondFactor: Bool, email: String, at pointer: String
    ) throws(Problem) {
        let minimum = hasSecondFactor ? Self.minimumWithSecondFactor : Self.minimum
        guard password.scalarCount >= minimum else {
            throw Self.refusal(at: pointer, "too_short", min: minimum)
        }
        let text = password.secret.revealed()
        if isCommon(text) { throw Self.refusal(at: pointer, "too_common") }
        let unit = PredictableText.repeatedUnit(PredictableText.folded(text))
        guard unit.count >= minimum, !PredictableText(text, context: context(email)).isMostlyPredictable else {
            throw Self.refusal(at: pointer, "too_predictable")
        }
    }

    /// Whether a password protects an account only beside a second factor.
    static func needsFactor(_ password: Password) -> Bool { password.scalarCount < minimum }

    static func refusal(at pointer: String, _ code: String, min: Int? = nil) -> Problem {
        .unprocessable("weak_password", pointer: pointer, code: code, min: min)
    }

    /// Whether the list has the password as it is, a piece that it repeats, or what is left of it without runs, rows of
    /// keys, and digits and signs at its ends.
    private func isCommon(_ text: [UInt8]) -> Bool {
        let folded = PredictableText.folded(text)
        let rest = PredictableText(text, context: []).rest
        let candidates = [
            folded[...], PredictableText.repeatedUnit(folded), rest[...], Self.core(rest), Self.core(folded),
        ]
        return candidates.contains { candidate in
            CommonPasswords.contain(candidate.compactMap { UInt8(exactly: $0) })
        }
    }

    private static func core(_ text: [UInt32]) -> ArraySlice<UInt32> {
        let isLetter = { (scalar: UInt32) in scalar > 0x7F || ASCII.isLetter(UInt8(scalar)) }
        guard let first = text.firstIndex(where: isLetter), let last = text.lastIndex(where: isLetter) else {
            return []
        }
        return text[first...last]
    }

    /// The words of the service, the address's local part, and its parts between signs.
    private func context(_ email: String) -> [[UInt8]] {
        let local = email.utf8.prefix { $0 != UInt8(ascii: "@") }
        let parts = local.split { !ASCII.isLetterOrDigit($0) }.map(Array.init)
        return serviceWords + [Array(local)] + parts
    }
}
