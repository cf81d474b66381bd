import AuthKeys
import Codecs
import Cryptography
import JSONWebToken
import PostgresClient
import ServiceKit

/// How somebody has shown who they are (RFC 8176, section 2, but for `rec`: a recovery code).
enum AuthenticationMethod: String, Sendable {
    case password = "pwd"
    case oneTimePassword = "otp"
    case recoveryCode = "rec"
}

/// A session that begins: its statements for the batch of what allows it, and what is handed out once they have run.
struct SessionOpening {
    let userID: UUID
    let sessionID: UUID
    let level: AuthenticationLevel
    let origin: RequestOrigin
    let time: Timestamp
    let device: DeviceToken
    private let methods: [AuthenticationMethod]
    private let salt: [UInt8]
    private let keyID: Int16
    private let refreshToken: RefreshToken

    /// - Parameters:
    ///   - device: one that this user trusts already; nil for a new one
    /// - Throws: `AuthKeyError` and `CryptographyError.noEntropy`.
    init(
        user: UUID, level: AuthenticationLevel, methods: [AuthenticationMethod], origin: RequestOrigin,
        device: DeviceToken? = nil, roots: RootKeys, now: Timestamp
    ) throws {
        userID = user
        self.level = level
        self.methods = methods
        self.origin = origin
        time = now
        sessionID = try RandomIdentifier.make(at: now)
        salt = try SecureRandom.bytes(count: 16)
        keyID = roots.currentID
        refreshToken = try RefreshToken(sessionID: sessionID, counter: 0, salt: salt, keyID: keyID, roots: roots)
        self.device = try device ?? DeviceToken(deviceID: RandomIdentifier.make(at: now), roots: roots)
    }

    /// Two statements, of which the first opens the session and the second trusts the device.
    ///
    /// The first fails with `NA401` where the account is not active.
    var statements: [SQL] {
        [
            """
            select role, email, display_name, locale, has_second_factor, expires_at
            from auth.open_session(\(userID), \(sessionID), \(salt), \(keyID), \(level.rawValue),
                \(methods.map(\.rawValue)), \(origin.client.rawValue), \(origin.deviceName), \(origin.address.prefix),
                \(origin.userAgent), \(time))
            """,
            "select auth.trust_device(\(userID), \(device.deviceID), \(time))",
        ]
    }

    /// What is handed out, from the row of the first statement.
    func signedIn(_ row: Row) throws(DatabaseError) -> SignedIn {
        SignedIn(
            person: try SignedInPerson(row, userID: userID), sessionID: sessionID, level: level, authenticatedAt: time,
            expiresAt: try row.decode("expires_at"), client: origin.client, refreshToken: refreshToken.text,
            device: device)
    }
}
