import AuthKeys
import Codecs
import PostgresClient
import ServiceKit

/// An attempt to sign in with a password, as it is counted.
struct LoginAttempt {
    let email: EmailIdentity
    let origin: RequestOrigin
    /// What the client shows of an earlier sign-in.
    let device: DeviceToken?
    let now: Timestamp
    /// Stands for the user where the address has no account.
    let pseudonym: UUID
    private let account: [UInt8]
    private let address: [UInt8]

    /// Throws `AuthKeyError`.
    init(
        email: EmailIdentity, origin: RequestOrigin, device: DeviceToken?, roots: RootKeys, now: Timestamp
    ) throws(AuthKeyError) {
        let keys = try ThrottleKeys(roots)
        self.email = email
        self.origin = origin
        self.device = device
        self.now = now
        pseudonym = keys.pseudonym(of: email.canonical)
        account = keys.bucket(.account, Array(email.canonical.utf8))
        address = keys.bucket(.signIn, origin.address.bucket)
    }

    /// Reserves the attempt and gets what the password is compared with; commits before anything is hashed.
    ///
    /// - Parameter decoy: what it is compared with where there is none; bound to `pseudonym`
    func reserve(decoy: SealedPassword) -> SQL {
        """
        select wait_ms, user_id, is_open, password_sealed, password_key, password_owner, email, locale, is_reachable,
            has_second_factor, is_device_trusted, is_told, next_at, is_locked
        from auth.reserve_sign_in(\(email.canonical), \(pseudonym), \(decoy.bytes), \(decoy.keyID), \(account),
            \(address), \(device?.deviceID), \(now))
        """
    }

    /// The password was right; fails (`DatabaseError.isOvertaken`) where the account has changed meanwhile.
    ///
    /// - Parameter renewed: the password as it is to be stored from now on; nil where it may stay as it is
    func accept(_ reserved: ReservedLogin, renewed: SealedPassword?) -> SQL {
        """
        select auth.accept_password(\(reserved.userID), \(reserved.password.bytes), \(account), \(address), \(device?.deviceID),
            \(reserved.isTold), \(renewed?.bytes), \(renewed?.keyID), \(now))
        """
    }
}

/// What the database says about an attempt that may be made.
struct ReservedLogin {
    /// The pseudonym of an address that has no account.
    let userID: UUID
    /// Whether a right password lets somebody in; where not, none is right.
    let isOpen: Bool
    /// What a password is compared with, whether or not that is of use.
    let password: SealedPassword
    /// Whom `password` is bound to.
    let passwordOwner: UUID
    private let email: String
    private let locale: String
    private let isReachable: Bool
    let hasSecondFactor: Bool
    let isDeviceTrusted: Bool
    /// Whether the owner is to be told that somebody is guessing, unless this attempt is right.
    let isTold: Bool
    /// When a right password is taken again; nil where none is any more.
    var lockedUntil: Timestamp? { isLocked ? nil : nextAt }
    private let nextAt: Timestamp
    private let isLocked: Bool

    /// Throws `Problem` 429 `throttled`, and `DatabaseError`.
    init(_ row: Row) throws {
        try Throttle.demandTurn(row)
        userID = try row.decode("user_id")
        isOpen = try row.decode("is_open")
        password = SealedPassword(bytes: try row.decode("password_sealed"), keyID: try row.decode("password_key"))
        passwordOwner = try row.decode("password_owner")
        email = try row.decode("email")
        locale = try row.decode("locale")
        isReachable = try row.decode("is_reachable")
        hasSecondFactor = try row.decode("has_second_factor")
        isDeviceTrusted = try row.decode("is_device_trusted")
        isTold = try row.decode("is_told")
        nextAt = try row.decode("next_at")
        isLocked = try row.decode("is_locked")
    }

    /// Whom events are about.
    var subject: AuthEvents.Subject {
        AuthEvents.Subject(id: userID, locale: locale, address: email, isWrittenTo: isReachable)
    }
}
