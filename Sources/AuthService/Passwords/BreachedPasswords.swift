import Codecs
import Cryptography
import HTTPTransport
package import LambdaRuntime
import Logging

/// Asks whether a password stands in a list of stolen ones, without saying which password it is: by k-anonymity.
///
/// Have I Been Pwned's Pwned Passwords (https://haveibeenpwned.com/API/v3#PwnedPasswords), or what speaks like it: the
/// peer sees five digits of the SHA-1, and answers with all that begin so. One thread at a time.
package final class BreachedPasswords {
    /// A person waits for it.
    private static let timeoutMilliseconds: Int64 = 300
    /// More than ten times what such an answer has.
    private static let maximumResponseBytes = 512 << 10
    private static let prefixDigits = 5

    private let url: String
    private let connection: HTTPConnection
    private let headers = HTTPHeaderList([("Add-Padding", "true"), ("Accept", "text/plain")])

    /// - Parameter url: what `/range/` follows, as `https://api.pwnedpasswords.com`
    package init(url: String) {
        self.url = url
        var options = HTTPConnection.Options(userAgent: "nerdwork/1")
        options.connectTimeoutMilliseconds = Int(Self.timeoutMilliseconds)
        options.maximumIdleMilliseconds = 45_000
        connection = HTTPConnection(options)
    }

    /// Whether the password is known to be stolen; false as well where that cannot be found out in 300 ms.
    ///
    /// A list that cannot be reached keeps nobody from signing up; a warning is logged, from which an alarm is made.
    package func contain(_ password: Password, _ context: InvocationContext) -> Bool {
        let digits = Hex.encode(SHA1.digest(password.secret.revealed()))
        do {
            let rows = try rows(prefix: String(digits.prefix(Self.prefixDigits)).uppercased(), context)
            return BreachedRows.contain(Array(digits.utf8.dropFirst(Self.prefixDigits)), in: rows)
        } catch {
            context.logger.warning("the list of breached passwords was not asked", metadata: ["error": "\(error)"])
            return false
        }
    }

    private func rows(prefix: String, _ context: InvocationContext) throws -> [UInt8] {
        let timeout = min(Self.timeoutMilliseconds, try context.budgetMilliseconds())
        let response = try connection.perform(
            HTTPRequest(
                .get, "\(url)/range/\(prefix)", headers: headers, timeoutMilliseconds: timeout,
                maximumResponseBytes: Self.maximumResponseBytes))
        guard response.status == 200 else { throw UnexpectedStatus(status: response.status) }
        return response.body
    }

    private struct UnexpectedStatus: Error {
        let status: Int
    }
}

@available(*, unavailable)
extension BreachedPasswords: Sendable {}

/// The answer: lines of 35 digits, `:` and how often the password was seen.
enum BreachedRows {
    /// Whether the lines have these lower-case digits with a count that is not zero.
    ///
    /// A count of zero is padding. A line without count has been seen in the wild and counts as a find.
    static func contain(_ suffix: [UInt8], in rows: [UInt8]) -> Bool {
        rows.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.contains { row in
            let parts = row.split(separator: UInt8(ascii: ":"), maxSplits: 1)
            guard let digits = parts.first, digits.count == suffix.count,
                zip(digits, suffix).allSatisfy({ lowercased($0) == $1 })
            else { return false }
            return parts.count == 1 || parts[1].contains { (0x31...0x39).contains($0) }
        }
    }

    private static func lowercased(_ digit: UInt8) -> UInt8 {
        ASCII.isUppercase(digit) ? digit | 0x20 : digit
    }
}
