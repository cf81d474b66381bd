import AuthKeys
import Codecs
import Cryptography
import ServiceKit

/// The name that a client gives a request, so that repeating it does nothing a second time.
struct IdempotencyKey: Sendable {
    /// SHA-256 of the name: what is stored.
    let hash: [UInt8]

    /// Nil where the request has none.
    ///
    /// - Throws: `Problem` 400 `invalid_idempotency_key` for more than 255 bytes, and for others than visible ASCII.
    init?(_ request: APIRequest) throws(Problem) {
        guard let text = request.header("idempotency-key") else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy(ASCII.isVisible) else {
            throw Problem(
                status: 400, code: "invalid_idempotency_key",
                detail: "The field Idempotency-Key may have 1 to 255 visible ASCII characters.")
        }
        hash = SHA256.digest(Array("sign up".utf8) + Array(text.utf8))
    }
}

/// What is recorded with an idempotency key: which sign-up it was, and a code of what was asked for.
///
/// The code needs our key: a plain digest of a body with a password would be one to guess against.
struct IdempotencyRecord: Sendable {
    let signUp: UUID
    let keyID: Int16
    private let code: [UInt8]

    /// Throws `.unknownKey` and `.cryptography`.
    init(signUp: UUID, of request: SignUpRequest, keyID: Int16, roots: RootKeys) throws(AuthKeyError) {
        self.signUp = signUp
        self.keyID = keyID
        code = HMAC.code(for: request.identification, key: try roots.key(for: .signUpCookie, id: keyID))
    }

    /// Reads what is stored; nil for what was not written by `bytes`.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == 50, let signUp = UUID(bytes: bytes[2..<18]) else { return nil }
        keyID = Int16(bitPattern: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
        self.signUp = signUp
        code = Array(bytes[18...])
    }

    var bytes: [UInt8] {
        let number = UInt16(bitPattern: keyID)
        return [UInt8(number >> 8), UInt8(number & 0xFF)] + signUp.bytes + code
    }

    /// Whether it is about the same request; throws what the other initialiser throws.
    func isOf(_ request: SignUpRequest, roots: RootKeys) throws(AuthKeyError) -> Bool {
        let other = try IdempotencyRecord(signUp: signUp, of: request, keyID: keyID, roots: roots)
        return ConstantTime.areEqual(code, other.code)
    }
}
