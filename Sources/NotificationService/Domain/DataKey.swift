import Cryptography

/// The key of the service's data as it lies in the database: encrypted under the service's secret.
enum DataKey {
    /// The shortest secret, in bytes.
    static let minimumSecretBytes = 32
    private static let context = Array("notification.data_key".utf8)

    /// A new key, encrypted.
    static func make(under secret: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try seal(try SecureRandom.bytes(count: AESGCM.keyBytes), under: secret)
    }

    static func seal(_ key: [UInt8], under secret: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try AESGCM.seal(key, key: try wrappingKey(secret), context: context)
    }

    /// The key; nil where it is encrypted under another secret.
    static func open(_ sealed: [UInt8], under secret: [UInt8]) throws(CryptographyError) -> [UInt8]? {
        let key = try wrappingKey(secret)
        do throws(CryptographyError) {
            return try AESGCM.open(sealed, key: key, context: context)
        } catch .notAuthentic {
            return nil
        }
    }

    private static func wrappingKey(_ secret: [UInt8]) throws(CryptographyError) -> SecretBytes {
        guard secret.count >= minimumSecretBytes else { throw .invalidLength }
        return try HKDF.key(from: SecretBytes(secret), info: Array("nerdwork notification data key v1".utf8))
    }
}
