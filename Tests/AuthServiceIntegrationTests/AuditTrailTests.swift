import Codecs
import JSONWebToken
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// ASVS 5.0, 16.3.1: every authentication is logged, the successful and the other ones.
@Suite("The audit log")
struct AuditTrailTests {
    /// What the log tells, oldest first, as `event outcome`; a network, a request and a person stand beside each entry.
    private func trail(_ database: TestDatabase) throws -> [String] {
        let rows = try database.connect().query(
            """
            select event, outcome, coalesce(address_prefix = '192.0.2.0/24', false) and request_id is not null
                and user_id is not null as is_whole
            from auth.audit_log order by audit_id
            """)
        return try rows.map { row in
            let entry = "\(try row.decode("event", as: String.self)) \(try row.decode("outcome", as: String.self))"
            return try row.decode("is_whole") ? entry : entry + " (incomplete)"
        }
    }

    @Test("tells of sign-ups, sign-ins and every change of address and password, and of those that failed")
    func beforeSigningIn() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            func post(_ path: String, _ body: [String: String], _ token: String? = nil) throws -> SignUpAnswer {
                try stage.forgetLimits()
                let bearer = token.map { ["authorization": "Bearer \($0)"] } ?? [:]
                return try stage.post(path, body, headers: SignUpStage.native.merging(bearer) { $1 })
            }
            func mailed(_ member: String) throws -> String { try stage.events().last?.text(member) ?? "" }
            _ = try post("/auth/signup", ["email": "ada@x.example", "password": SignUpStage.password])
            _ = try post("/auth/signup/resend", ["email": "ada@x.example"])
            let verified = try post(
                "/auth/verify-email", ["token": mailed("token"), "password": SignUpStage.password])
            let first = try verified.json.member("access_token").string()
            _ = try post("/auth/email/change", ["new_email": "two@x.example"], first)
            _ = try post("/auth/email/change/cancel", ["token": mailed("cancelToken")])
            _ = try post("/auth/email/change", ["new_email": "three@x.example"], first)
            _ = try post("/auth/email/change/confirm", ["token": mailed("confirmToken")], first)
            for current in [SignUpStage.otherPassword, SignUpStage.password] {
                _ = try post(
                    "/auth/password/change",
                    ["current_password": current, "new_password": "meadow lantern 62 quartz"], first)
            }
            _ = try post("/auth/password/forgot", ["email": "three@x.example"])
            _ = try post(
                "/auth/password/reset", ["token": mailed("token"), "new_password": SignUpStage.otherPassword])
            for password in [SignUpStage.password, SignUpStage.otherPassword] {
                _ = try post("/auth/login", ["email": "three@x.example", "password": password])
            }
            _ = try post("/auth/login", ["email": "nobody@x.example", "password": SignUpStage.password])
            #expect(
                try trail(database) == [
                    "sign_up_requested success", "sign_up_requested success", "sign_up_verified success",
                    "email_change_requested success", "email_change_cancelled success",
                    "email_change_requested success", "email_changed success", "reauthenticated failure",
                    "password_changed success", "password_reset_requested success", "password_reset success",
                    "sign_in failure", "sign_in success", "sign_in failure",
                ])
        }
    }

    @Test("tells of second factors at signing in, of sessions that end, and of a refresh token that was copied")
    func sessions() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let seed = try stage.addFactor(ada)
            let recovery = try stage.addRecoveryCode(ada)
            func signIn(_ code: String, _ method: String = "totp") throws -> StageAnswer {
                let token = try stage.login(ada).text("mfa_token")
                let body = #"{"mfa_token":"\#(token)","method":"\#(method)","code":"\#(code)"}"#
                return try stage.call(StageRequest("POST", "/auth/login/mfa", body))
            }
            _ = try signIn("abcdef")
            let copied = try #require(signIn(stage.code(seed)).cookie("__Host-nw_rt"))
            let second = try signIn(recovery, "recovery")
            _ = try stage.refresh(copied)
            stage.clock.advance(seconds: 31)
            #expect(try stage.refresh(copied).code == "refresh_reused")
            let token = try second.text("access_token")
            let third = try signIn(stage.code(seed, stepsLater: 1))
            let id = try third.text("session.id")
            _ = try stage.call(StageRequest("DELETE", "/auth/sessions/\(id)", token: token))
            _ = try stage.call(StageRequest("DELETE", "/auth/sessions", token: token))
            stage.clock.advance(seconds: 60)
            let last = try signIn(stage.code(seed))
            _ = try stage.call(StageRequest("POST", "/auth/logout", "{}", cookies: [last.returned("__Host-nw_rt")]))
            #expect(
                try trail(database) == [
                    "sign_in success", "sign_in_second_factor failure",
                    "sign_in success", "sign_in_second_factor success",
                    "sign_in success", "sign_in_second_factor success", "recovery_code_used success",
                    "session_refresh_reused refused", "sign_in success", "sign_in_second_factor success",
                    "session_revoked success", "sessions_revoked success",
                    "sign_in success", "sign_in_second_factor success", "sign_out success",
                ])
        }
    }

    @Test("tells of everything that somebody does with their own account")
    func ownAccount() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let token = try stage.token(ada)
            func call(_ method: String, _ path: String, _ body: String? = nil) throws -> AccountStage.Answer {
                try stage.call(method, path, body, headers: [("if-match", "*")], token: token)
            }
            _ = try call("PATCH", "/auth/profile", #"{"display_name":"Ada"}"#)
            let secret = try call("POST", "/auth/mfa/totp").body.member("secret").string()
            let seed = try #require(Base32.decode(secret.utf8, padded: false))
            let person = AccountPerson(
                userID: ada.userID, sessionID: ada.sessionID, email: ada.email, role: "reader", level: .two, seed: seed)
            let code = person.code(at: stage.clock.now)
            let confirmed = try call("POST", "/auth/mfa/totp/confirm", #"{"code":"\#(code)"}"#)
            let recovery = try confirmed.body.member("recovery_codes").elements.map { try $0.string() }
            _ = try call("POST", "/auth/reauthenticate", #"{"code":"\#(recovery[0])"}"#)
            _ = try call("POST", "/auth/reauthenticate", #"{"code":"\#(code)"}"#)
            _ = try call("POST", "/auth/reauthenticate", #"{"password":"wrong wrong wrong wrong"}"#)
            _ = try call("POST", "/auth/reauthenticate", #"{"password":"\#(AccountPerson.password)"}"#)
            _ = try call("POST", "/auth/mfa/recovery-codes")
            _ = try call("GET", "/auth/profile/export")
            _ = try call("DELETE", "/auth/mfa/totp")
            _ = try call("DELETE", "/auth/profile", #"{"password":"\#(AccountPerson.password)"}"#)
            #expect(
                try trail(database) == [
                    "profile_changed success", "totp_started success", "totp_enabled success",
                    "recovery_code_used success", "reauthenticated success", "reauthenticated failure",
                    "reauthenticated failure", "reauthenticated success", "recovery_codes_made success",
                    "account_exported success", "totp_disabled success", "account_deletion_requested success",
                ])
            #expect(
                try stage.count(
                    "select count(*) from auth.audit_log where actor_id is distinct from \(ada.userID)") == 0)
        }
    }

    @Test("tells of everything that an administrator does and looks at, to whom, and by whom")
    func administration() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let root = try stage.person("root", role: "admin", level: .two, hasFactor: true)
            let ada = try stage.person("ada", hasFactor: true)
            let token = try stage.token(root)
            let path = "/admin/users/\(ada.userID)"
            for (method, route, body) in [
                ("GET", "/admin/users", nil), ("GET", path, nil), ("PATCH", path, #"{"role":"creator"}"#),
                ("POST", "\(path)/revoke-sessions", nil), ("DELETE", "\(path)/mfa", nil),
                ("POST", "\(path)/force-reset", nil), ("GET", "/admin/audit", nil),
            ] as [(String, String, String?)] {
                let answer = try stage.call(method, route, body, token: token)
                #expect((200..<300).contains(answer.status), "\(method) \(route)")
            }
            let rows = try database.connect().query(
                """
                select event || case when user_id = \(ada.userID) then ' ada' else '' end as entry,
                    actor_id = \(root.userID) and address_prefix = '192.0.2.0/24' and request_id = 'request' as is_whole
                from auth.audit_log order by audit_id
                """)
            #expect(
                try rows.map { try $0.decode("entry", as: String.self) } == [
                    "admin_users_listed", "admin_user_read ada", "admin_user_changed ada",
                    "admin_sessions_revoked ada", "admin_factors_removed ada", "admin_reset_forced ada",
                    "admin_audit_read",
                ])
            for row in rows { #expect(try row.decode("is_whole", as: Bool.self)) }
        }
    }
}
