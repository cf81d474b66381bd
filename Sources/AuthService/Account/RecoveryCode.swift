import Codecs
import Cryptography

/// A code on paper that stands in for a lost authenticator, once.
///
/// It has 80 bits, so that its code under a key is as good as a slow hash (NIST SP 800-63B-4, section 3.1.2.2).
struct RecoveryCode: Hashable, Sendable {
    /// How many somebody has at a time.
    static let count = 10
    /// How many bytes of chance one has.
    static let byteCount = 10

    private let bytes: [UInt8]

    /// Throws `.noEntropy`.
    static func make() throws(CryptographyError) -> RecoveryCode {
        RecoveryCode(bytes: try SecureRandom.bytes(count: byteCount))
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads what a person typed: letters of either case, with any spaces and hyphens; nil for anything else.
    init?(text: String) {
        // More than the longest way to write one; what is longer is not looked at.
        guard text.utf8.count <= 64 else { return nil }
        let characters = text.utf8.filter { $0 != 0x20 && $0 != 0x2D }
            .map { 0x61...0x7A ~= $0 ? $0 - 0x20 : $0 }
        guard let bytes = Base32.decode(characters, padded: false), bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Four groups of four characters, as it is shown to its owner.
    var text: String {
        let characters = Array(Base32.encode(bytes, padded: false).utf8)
        return stride(from: 0, to: characters.count, by: 4)
            .map { String(decoding: characters[$0..<min($0 + 4, characters.count)], as: UTF8.self) }
            .joined(separator: "-")
    }

    /// What is stored: HMAC-SHA256 of the user's id and the code.
    ///
    /// - Parameter key: the purpose `recovery` of the root whose id is stored beside it
    func mac(user: UUID, key: SecretBytes) -> [UInt8] {
        HMAC.code(for: user.bytes + bytes, key: key)
    }
}
