import AuthKeys
import Codecs
import Cryptography

/// Keys and times for the tests.
enum Samples {
    static let start = Timestamp(millisecondsSince1970: 1_790_000_000_000)
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 24 * hour

    /// Real key pairs; making one takes a while, so the tests share them.
    static let pairs: [AuthKeyDocument.KeyPair] = (0..<6).compactMap { _ in try? .generate() }

    /// Gives out the real pairs one after the other, and begins anew behind the last: by then the first is forgotten.
    static func generator() -> () throws -> AuthKeyDocument.KeyPair {
        var count = 0
        return {
            count += 1
            return pairs[(count - 1) % pairs.count]
        }
    }

    /// Pairs that are no keys, as many as a test of the plan wants.
    static func inventor() -> () throws -> AuthKeyDocument.KeyPair {
        var count = 0
        return {
            count += 1
            return AuthKeyDocument.KeyPair(
                kid: "key-\(count)", modulus: [1], exponent: [1, 0, 1], privateKey: SecretBytes([UInt8(count & 0xFF)]))
        }
    }

    /// The first document, published.
    static func document(now: Timestamp = start) throws -> AuthKeyDocument {
        let made = try KeyRotation.advance(.empty, now: now, generate: generator()).document
        return made.markedPublished(now: now) ?? made
    }
}

extension Timestamp {
    func later(_ milliseconds: Int64) -> Timestamp { advanced(byMilliseconds: milliseconds) }
}
