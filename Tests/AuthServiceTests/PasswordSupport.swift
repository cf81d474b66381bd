import AuthService
import Codecs
import Cryptography
import ServiceKit
import StrictJSON

@testable import AuthKeys

/// As little work as scrypt can do.
let cheap = ScryptCost(logN: 1, blockSize: 1, parallelism: 1)
let somebody = UUID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
let somebodyElse = UUID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0002)

/// Roots with these ids; the secret is made of the id.
func roots(_ identifiers: Int16...) throws -> RootKeys {
    try RootKeys(
        identifiers.map { id in
            let secret = SecretBytes([UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 32))
            return AuthKeyDocument.Root(id: id, secret: secret, createdAt: nil)
        })
}

func password(_ text: String) throws -> Password {
    try Password(utf8: Array(text.utf8), at: "/password")
}

func password(_ bytes: [UInt8]) throws -> Password {
    try Password(utf8: bytes, at: "/password")
}

/// The same as a member of a body.
func password(json: String) throws -> Password {
    try Password(json: JSONDocument(parsing: Array(json.utf8)).root, at: "/password")
}

/// The status, code and first error of what the work is refused with; nil where it is not refused.
func refusal(_ work: () throws -> Void) throws -> String? {
    do {
        try work()
        return nil
    } catch let problem as Problem {
        let error = problem.errors.first
        return "\(problem.status) \(problem.code) \(error?.pointer ?? "-") \(error?.code ?? "-")"
    }
}
