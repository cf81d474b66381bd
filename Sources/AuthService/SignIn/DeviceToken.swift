import AuthKeys
import Codecs
import Cryptography

/// What a device keeps of a sign-in, so that attempts from it are counted apart from everybody else's.
///
/// `nwd_` and base64url of 41 bytes: version 1, the device's identifier (16), and 24 bytes of HMAC-SHA256 over both. It
/// lets nobody in. Whose device it is stands in `auth.trusted_devices`.
///
/// Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies".
struct DeviceToken: Hashable, Sendable {
    let deviceID: UUID
    private let code: [UInt8]

    static let cookie = "__Host-nw_dc"
    /// As long as `auth.trust_device` trusts it.
    static let lifetimeSeconds: Int64 = 180 * 86_400
    private static let prefix = Array("nwd_".utf8)
    private static let version: UInt8 = 1

    /// The token of a device.
    ///
    /// Throws `.unknownKey` and `.cryptography`.
    init(deviceID: UUID, roots: RootKeys) throws(AuthKeyError) {
        self.deviceID = deviceID
        code = Self.code(deviceID, try roots.key(for: .device, id: roots.currentID))
    }

    /// Reads a token; nil for everything that was not made with one of these roots.
    init?(_ text: some Collection<UInt8>, roots: RootKeys) throws(AuthKeyError) {
        guard text.count == 59, text.starts(with: Self.prefix),
            let bytes = Base64.decode(text.dropFirst(Self.prefix.count), alphabet: .url),
            bytes.count == 41, bytes[0] == Self.version, let deviceID = UUID(bytes: bytes[1..<17])
        else { return nil }
        self.deviceID = deviceID
        code = Array(bytes[17...])
        for id in roots.ids {
            let expected = Self.code(deviceID, try roots.key(for: .device, id: id))
            if ConstantTime.areEqual(code, expected) { return }
        }
        return nil
    }

    var text: String {
        String(decoding: Self.prefix, as: UTF8.self)
            + Base64.encode([Self.version] + deviceID.bytes + code, alphabet: .url)
    }

    private static func code(_ deviceID: UUID, _ key: SecretBytes) -> [UInt8] {
        Array(HMAC.code(for: Array("nw-device-v1".utf8) + [version] + deviceID.bytes, key: key).prefix(24))
    }
}
