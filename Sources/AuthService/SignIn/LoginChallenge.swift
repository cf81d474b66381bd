import Codecs
import Cryptography
import PostgresClient

/// A password that was right, and waits for the second factor; its client keeps the token.
struct LoginChallenge {
    static let lifetimeSeconds = 300
    private static let byteCount = 32
    private let bytes: [UInt8]

    /// A new one.
    ///
    /// Throws `.noEntropy`.
    init() throws(CryptographyError) {
        bytes = try SecureRandom.bytes(count: Self.byteCount)
    }

    /// Reads a token; nil for a text that cannot be one.
    init?(_ text: String) {
        guard text.utf8.count == 43, let bytes = Base64.decode(text.utf8, alphabet: .url), bytes.count == Self.byteCount
        else { return nil }
        self.bytes = bytes
    }

    var text: String { Base64.encode(bytes, alphabet: .url) }

    /// What is stored: enough to recognise it, and no more.
    var digest: [UInt8] { SHA256.digest(bytes) }

    /// Remembers it for five minutes.
    func open(user: UUID, origin: RequestOrigin, now: Timestamp) -> SQL {
        """
        select auth.open_challenge(\(digest), \(user), \(origin.client.rawValue), \(origin.deviceName), \(now))
        """
    }

    /// Reserves an attempt; no row where the challenge is not known, used, too old or worn out.
    func reserve(origin: RequestOrigin, device: DeviceToken?, bucket: [UInt8], now: Timestamp) -> SQL {
        """
        select wait_ms, user_id, factor_id, secret_sealed, secret_key, last_step, email, locale, client, device_label,
            is_device_trusted, codes_left
        from auth.reserve_challenge(\(digest), \(device?.deviceID), \(bucket), \(now))
        """
    }

    /// Uses it up; fails (`DatabaseError.isOvertaken`) where it was used.
    func accept(now: Timestamp) -> SQL {
        "select auth.accept_challenge(\(digest), \(now))"
    }
}
