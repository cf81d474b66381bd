import AuthKeys
import Codecs
import Cryptography

/// Names for whom something is counted, which tell nobody who it is.
struct ThrottleKeys {
    private let key: SecretBytes

    /// Throws `.unknownKey` and `.cryptography`.
    init(_ roots: RootKeys) throws(AuthKeyError) {
        key = try roots.key(for: .throttle, id: roots.currentID)
    }

    /// The bucket of an address, a network, a user or a session; another one for each kind.
    func bucket(_ kind: ThrottleKind, _ subject: [UInt8]) -> [UInt8] {
        let label = Array("bucket".utf8) + [UInt8(truncatingIfNeeded: kind.rawValue)]
        return Array(HMAC.code(for: label + subject, key: key).prefix(16))
    }

    /// Stands for the user of an address that has no account: always the same one, and nobody's.
    ///
    /// - Parameter email: in its canonical form
    func pseudonym(of email: String) -> UUID {
        let code = HMAC.code(for: Array("pseudonym".utf8) + Array(email.utf8), key: key)
        return UUID(time: Timestamp(millisecondsSince1970: Self.pseudonymTime(code)), digest: Array(code.dropFirst(8)))
    }

    /// A moment in the years that accounts are made in, so that the identifier looks like one of theirs.
    private static func pseudonymTime(_ code: [UInt8]) -> Int64 {
        let number = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return 1_790_000_000_000 + Int64(number % 31_536_000_000)
    }
}
