import Codecs
import LoyaltyService
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Who may do what")
struct AuthorizationTests {
    /// Tables with rows that belong to somebody.
    private static let owned = [
        "users", "sessions", "totp_factors", "recovery_codes", "trusted_devices", "mail_tokens", "challenges",
        "audit_log",
    ]

    @Test("H74: the service's role sees no row of anybody unless somebody was let in, and then only theirs")
    func rowSecurity() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, eve) = (try stage.person("ada", hasFactor: true), try stage.person("eve", hasFactor: true))
            let owner = try database.connect()
            for person in [ada, eve] { try fill(person, owner, stage.clock.now) }
            // The role needs a right to a column before row security is asked.
            for table in Self.owned { try owner.execute("grant select on auth.\(raw: table) to nerdwork_auth") }
            let service = try database.connect(as: "nerdwork_auth")
            for table in Self.owned {
                #expect(try owner.query("select from auth.\(raw: table)").count >= 2, Comment(rawValue: table))
                #expect(try service.query("select from auth.\(raw: table)").isEmpty, Comment(rawValue: table))
                let caller = SignedInCaller(userID: ada.userID, sessionID: ada.sessionID)
                let entered = try service.pipeline([
                    Entry.statement(caller, now: stage.clock.now), "select user_id from auth.\(raw: table)",
                ])
                #expect(!entered[1].isEmpty, Comment(rawValue: table))
                for row in entered[1] { #expect(try row.decode("user_id", as: UUID.self) == ada.userID) }
                #expect(try service.query("select from auth.\(raw: table)").isEmpty, "the door closes again")
            }
        }
    }

    @Test("H74: nobody changes a row of somebody else, and no role, password or proof of an address of their own")
    func writing() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, eve) = (try stage.person("ada"), try stage.person("eve"))
            let service = try database.connect(as: "nerdwork_auth")
            let caller = SignedInCaller(userID: ada.userID, sessionID: ada.sessionID)
            let enter = Entry.statement(caller, now: stage.clock.now)
            let other = try service.pipeline([
                enter, "update auth.users set display_name = 'x' where user_id = \(eve.userID)",
                "update auth.sessions set revoke_reason = 'x' where user_id = \(eve.userID)",
            ])
            #expect(other.dropFirst().allSatisfy { $0.affectedRows == 0 })
            for column in ["role = 'admin'", "password_sealed = ''", "email_canonical = 'x'", "must_reset = false"] {
                #expect(throws: DatabaseError.self) {
                    try service.pipeline([enter, "update auth.users set \(raw: column)"])
                }
            }
            #expect(throws: DatabaseError.self) { try service.query("delete from auth.audit_log") }
            #expect(throws: DatabaseError.self) { try service.query("update auth.audit_log set event = 'x'") }
        }
    }

    private func fill(_ person: AccountPerson, _ owner: PostgresConnection, _ now: Timestamp) throws {
        let digest = person.userID.bytes
        let user = person.userID
        let later = now.advanced(byMilliseconds: 1_000)
        try owner.execute(
            "insert into auth.recovery_codes (user_id, code_mac, code_key) values (\(user), \(digest), 1)")
        try owner.execute(
            """
            insert into auth.trusted_devices (device_id, user_id, created_at, last_used_at, expires_at)
            values (\(user), \(user), \(now), \(now), \(later))
            """)
        try owner.execute(
            """
            insert into auth.mail_tokens (token_hash, purpose, user_id, created_at, expires_at)
            values (\(digest), 'reset', \(user), \(now), \(later))
            """)
        try owner.execute(
            """
            insert into auth.challenges (challenge_hash, user_id, client, created_at, expires_at)
            values (\(digest), \(user), 'web', \(now), \(later))
            """)
        try owner.execute(
            """
            insert into auth.audit_log (occurred_at, user_id, event, outcome)
            values (\(now), \(user), 'tested', 'success')
            """)
    }

    @Test("G67: what waits for the second factor is no token")
    func challengeIsNoToken() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(hasFactor: true)
            let login = try stage.call(
                "POST", "/auth/login", #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#,
                headers: [("x-nw-client", "native")])
            #expect(try login.body.member("status").string() == "mfa_required")
            let token = try login.body.member("mfa_token").string()
            #expect(try stage.call("GET", "/auth/profile", token: token).status == 401)
            #expect(try stage.call("POST", "/auth/mfa/totp", token: token).status == 401)
            let refreshed = try stage.call(
                "POST", "/auth/token/refresh", #"{"refresh_token":"\#(token)"}"#, headers: [("x-nw-client", "native")])
            #expect(refreshed.status == 401)
        }
    }
}
