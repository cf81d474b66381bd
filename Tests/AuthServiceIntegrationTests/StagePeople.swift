import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport

@testable import AuthService

/// Somebody with an account.
struct StagePerson: Sendable {
    let id: UUID
    let email: String
    let password: String
}

/// An event that the service wrote, its seal opened.
struct StageEvent {
    let type: String
    let aggregate: String
    let detail: JSONValue
    /// The members of the sealed part; nil where there is none.
    let sealed: JSONValue?
}

extension AuthStage {
    /// Adds an account, as signing up would have.
    ///
    /// - Parameter password: nil for an account without one
    @discardableResult
    func person(
        _ email: String, password: String? = "correct horse battery", role: String = "reader",
        status: String = "active"
    ) throws -> StagePerson {
        let id = try RandomIdentifier.make(at: clock.now)
        let sealed = try password.map { try seal($0, for: id) }
        try database.connect().execute(
            """
            insert into auth.users (user_id, email_canonical, email_display, email_verified_at, display_name, role, status,
                password_sealed, password_key, password_changed_at, created_at, updated_at, purge_at)
            values (\(id), \(EmailIdentity(email).canonical), \(email), \(clock.now), 'Ada', \(role), \(status),
                \(sealed?.bytes), \(sealed?.keyID), \(clock.now), \(clock.now), \(clock.now),
                \(status == "deleting" ? clock.now : nil))
            """)
        return StagePerson(id: id, email: email, password: password ?? "")
    }

    /// A password as it is stored.
    func seal(_ password: String, for user: UUID, cost: ScryptCost = AuthStage.cost) throws -> SealedPassword {
        let vault = PasswordVault(roots: try keys().roots, cost: cost) { _ in }
        return try vault.seal(Password(utf8: Array(password.utf8), at: "/password"), for: user)
    }

    /// Gives somebody a confirmed authenticator; returns its seed.
    func addFactor(_ person: StagePerson, seed: [UInt8] = Array("12345678901234567890".utf8)) throws -> SecretBytes {
        let roots = try keys().roots
        let factor = try RandomIdentifier.make(at: clock.now)
        let sealed = try TOTPSeed.seal(
            seed, user: person.id, factor: factor, key: roots.key(for: .totp, id: roots.currentID),
            keyID: roots.currentID)
        try database.connect().execute(
            """
            insert into auth.totp_factors (user_id, factor_id, secret_sealed, secret_key, created_at, confirmed_at)
            values (\(person.id), \(factor), \(sealed), \(roots.currentID), \(clock.now), \(clock.now))
            """)
        return SecretBytes(seed)
    }

    /// Gives somebody a recovery code; returns its text.
    func addRecoveryCode(_ person: StagePerson) throws -> String {
        let roots = try keys().roots
        let code = try RecoveryCode.make()
        let mac = code.mac(user: person.id, key: try roots.key(for: .recovery, id: roots.currentID))
        try database.connect().execute(
            """
            insert into auth.recovery_codes (user_id, code_mac, code_key)
            values (\(person.id), \(mac), \(roots.currentID))
            """)
        return code.text
    }

    /// The code that an authenticator shows now.
    func code(_ seed: SecretBytes, stepsLater: Int64 = 0) -> String {
        let time = clock.now.advanced(byMilliseconds: stepsLater * 30_000)
        return String(decoding: OneTimePassword.code(key: seed, counter: TOTP.step(at: time)), as: UTF8.self)
    }

    /// What the service has written to the outbox, in order.
    func events() throws -> [StageEvent] {
        let seal = try EventSeal(secret: Self.sealingSecret)
        let rows = try database.connect().query(
            "select event_id, aggregate, detail_type, detail from outbox.events order by position")
        return try rows.map { row in
            let detail = try JSONDocument(parsing: row.decode("detail", as: [UInt8].self)).root
            let id: UUID = try row.decode("event_id")
            let sealed = try detail["sealed"].map {
                try JSONDocument(parsing: seal.open($0.string(), eventID: id)).root
            }
            return StageEvent(
                type: try row.decode("detail_type"), aggregate: try row.decode("aggregate"), detail: detail,
                sealed: sealed)
        }
    }

    /// Signs somebody in with the password.
    func login(
        _ person: StagePerson, password: String? = nil, native: Bool = false, cookies: [String] = [],
        address: String = "192.0.2.1"
    ) throws -> StageAnswer {
        let body = JSONWriter.object { writer in
            writer.member("email", person.email)
            writer.member("password", password ?? person.password)
        }
        return try call(
            StageRequest(
                "POST", "/auth/login", String(decoding: body.bytes, as: UTF8.self), native: native, cookies: cookies,
                address: address))
    }

    /// Continues a session as a browser does.
    func refresh(_ cookie: String) throws -> StageAnswer {
        try call(StageRequest("POST", "/auth/token/refresh", "{}", cookies: ["__Host-nw_rt=\(cookie)"]))
    }
}
