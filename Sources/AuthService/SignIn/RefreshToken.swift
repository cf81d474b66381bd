import AuthKeys
import Codecs
import Cryptography

/// The secret that a session is continued with.
///
/// `nwr_` and base64url of 45 bytes: version 1, the session's identifier (16), a counter (4, most significant byte
/// first), a seal (8) and a proof (16). Both are cut from HMAC-SHA256. The seal is made with our key alone and covers
/// everything, so that a token that we did not make is refused without asking the database. The proof also needs the
/// session's salt, so that neither a copy of the database nor our key alone makes a token. Nothing of it is stored:
/// the same counter always gives the same token, which is what a client gets who lost our answer.
struct RefreshToken: Hashable, Sendable {
    let sessionID: UUID
    let counter: UInt32
    private let seal: [UInt8]
    private let proof: [UInt8]

    static let prefix = Array("nwr_".utf8)
    /// How many characters a token has.
    static let characterCount = 64

    /// The token of a counter.
    ///
    /// - Parameters:
    ///   - salt: the session's `refresh_salt`
    ///   - keyID: the session's `refresh_key`
    /// - Throws: `.unknownKey` where no root has the id, and `.cryptography`.
    init(
        sessionID: UUID, counter: UInt32, salt: [UInt8], keyID: Int16, roots: RootKeys
    ) throws(AuthKeyError) {
        let key = try roots.key(for: .refresh, id: keyID)
        self.sessionID = sessionID
        self.counter = counter
        proof = try Self.proof(sessionID, counter, salt: salt, key)
        seal = Self.seal(sessionID, counter, proof, key)
    }

    /// Reads a token and checks its seal; nil for everything that was not made with one of these roots.
    init?(_ text: some Collection<UInt8>, roots: RootKeys) throws(AuthKeyError) {
        guard text.count == Self.characterCount, text.starts(with: Self.prefix),
            let bytes = Base64.decode(text.dropFirst(Self.prefix.count), alphabet: .url),
            bytes.count == 45, bytes[0] == Self.version, let sessionID = UUID(bytes: bytes[1..<17])
        else { return nil }
        self.sessionID = sessionID
        counter = bytes[17..<21].reduce(0) { $0 << 8 | UInt32($1) }
        seal = Array(bytes[21..<29])
        proof = Array(bytes[29..<45])
        for id in roots.ids {
            let expected = Self.seal(sessionID, counter, proof, try roots.key(for: .refresh, id: id))
            if ConstantTime.areEqual(seal, expected) { return }
        }
        return nil
    }

    /// Whether the proof was made with this salt and root.
    func isProven(salt: [UInt8], keyID: Int16, roots: RootKeys) throws(AuthKeyError) -> Bool {
        let expected = try Self.proof(sessionID, counter, salt: salt, roots.key(for: .refresh, id: keyID))
        return ConstantTime.areEqual(proof, expected)
    }

    /// What the client keeps.
    var text: String {
        String(decoding: Self.prefix, as: UTF8.self)
            + Base64.encode(Self.head(sessionID, counter) + seal + proof, alphabet: .url)
    }

    private static let version: UInt8 = 1

    private static func head(_ sessionID: UUID, _ counter: UInt32) -> [UInt8] {
        [version] + sessionID.bytes
            + stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: counter >> $0) }
    }

    private static func seal(_ sessionID: UUID, _ counter: UInt32, _ proof: [UInt8], _ key: SecretBytes) -> [UInt8] {
        let message = Array("nw-refresh-seal-v1".utf8) + head(sessionID, counter) + proof
        return Array(HMAC.code(for: message, key: key).prefix(8))
    }

    private static func proof(
        _ sessionID: UUID, _ counter: UInt32, salt: [UInt8], _ key: SecretBytes
    ) throws(AuthKeyError) -> [UInt8] {
        do throws(CryptographyError) {
            let info = Array("nw-refresh-v1".utf8) + sessionID.bytes
            let derived = try HKDF.key(from: key, salt: salt, info: info)
            return Array(HMAC.code(for: head(sessionID, counter), key: derived).prefix(16))
        } catch {
            throw .cryptography
        }
    }
}
