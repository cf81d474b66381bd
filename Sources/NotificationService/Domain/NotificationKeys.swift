import Codecs
import Cryptography
import Mail

/// What the service makes of the key of its data: one key for each purpose.
///
/// That key never changes, because hashes of addresses are kept for as long as somebody must not be written to; the
/// secret that it is encrypted under may be rotated (`DataKey`).
struct NotificationKeys: Sendable {
    private let contents: SecretBytes
    private let addresses: SecretBytes
    private let unsubscribing: SecretBytes

    /// The shortest secret, in bytes.
    static let minimumSecretBytes = 32
    private static let codeBytes = 16

    /// Nil for a secret that is too short; throws where the library fails.
    init?(secret: [UInt8]) throws(CryptographyError) {
        guard secret.count >= Self.minimumSecretBytes else { return nil }
        let secret = SecretBytes(secret)
        contents = try HKDF.key(from: secret, info: Array("nerdwork notification content v1".utf8))
        addresses = try HKDF.key(from: secret, info: Array("nerdwork notification address v1".utf8))
        unsubscribing = try HKDF.key(from: secret, info: Array("nerdwork notification unsubscribe v1".utf8))
    }

    /// Encrypts what a row holds; `owner` names the row and the column, so that nothing opens in another place.
    func seal(_ plaintext: [UInt8], owner: String) throws(CryptographyError) -> [UInt8] {
        try AESGCM.seal(plaintext, key: contents, context: Array(owner.utf8))
    }

    /// The plaintext of what `seal` made for the same owner; throws `.notAuthentic` for anything else.
    func open(_ sealed: [UInt8], owner: String) throws(CryptographyError) -> [UInt8] {
        try AESGCM.open(sealed, key: contents, context: Array(owner.utf8))
    }

    /// What an address is found by; the same for every spelling of it.
    func hash(_ address: EmailAddress) -> [UInt8] {
        HMAC.code(for: Array(address.canonical.utf8), key: addresses)
    }

    /// What proves in a link that we wrote to the address: its hash and a code over that.
    func unsubscribeToken(for hash: [UInt8]) -> String {
        let code = HMAC.code(for: hash, key: unsubscribing).prefix(Self.codeBytes)
        return Base64.encode(hash + code, alphabet: .url)
    }

    /// The address hash in a token of ours; nil for every other text.
    func addressHash(inToken token: String) -> [UInt8]? {
        guard token.utf8.count <= 128, let bytes = Base64.decode(token.utf8, alphabet: .url),
            bytes.count == 32 + Self.codeBytes
        else { return nil }
        let hash = Array(bytes.prefix(32))
        let code = Array(HMAC.code(for: hash, key: unsubscribing).prefix(Self.codeBytes))
        return ConstantTime.areEqual(code, Array(bytes.suffix(Self.codeBytes))) ? hash : nil
    }
}
