import Codecs
import JSONWebToken
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("What administrators do")
struct AdminTests {
    private func administrator(_ stage: AccountStage, _ name: String = "root") throws -> AccountPerson {
        try stage.person(name, role: "admin", level: .two, hasFactor: true)
    }

    @Test("Accounts are listed in pages, the newest first, by status, role and beginning of the address")
    func list() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(administrator(stage))
            for name in ["alan", "alonzo", "grace"] {
                stage.clock.advance(seconds: 1)
                _ = try stage.person(name, role: name == "grace" ? "creator" : "reader")
            }
            func emails(_ query: String) throws -> (emails: [String], next: String?) {
                let body = try stage.call("GET", "/admin/users", query: query, token: token).body
                let emails = try body.member("items").elements.map { try $0.member("email").string() }
                return (emails, try body.optional("next_cursor")?.string())
            }
            let first = try emails("limit=3")
            #expect(first.emails == ["grace@example.com", "alonzo@example.com", "alan@example.com"])
            let next = try #require(first.next)
            #expect(try emails("limit=3&cursor=" + next).emails == ["root@example.com"])
            #expect(try emails("role=creator").emails == ["grace@example.com"])
            #expect(try emails("email=AL").emails == ["alonzo@example.com", "alan@example.com"])
            #expect(try emails("status=suspended").emails.isEmpty)
            #expect(try stage.call("GET", "/admin/users", query: "role=king", token: token).status == 400)
        }
    }

    @Test("A cursor that nobody was given is 400, whatever moment it names")
    func forgedCursors() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(administrator(stage))
            for time in [Int64.min, -62_167_219_200_001, 253_402_300_800_000, .max] {
                let query = "cursor=" + Cursor([time, 0, 0]).text
                for path in ["/admin/users", "/auth/sessions"] {
                    let answer = try stage.call("GET", path, query: query, token: token)
                    #expect(answer.status == 400)
                    #expect(try answer.code == "invalid_cursor")
                }
            }
        }
    }

    @Test("A new role and a suspension end the sessions; everything is written down with who did it")
    func change() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let root = try administrator(stage)
            let ada = try stage.person()
            let path = "/admin/users/\(ada.userID)"
            let changed = try stage.call("PATCH", path, #"{"role":"creator"}"#, token: stage.token(root))
            #expect(changed.status == 200)
            #expect(try changed.body.member("role").string() == "creator")
            #expect(try changed.body.member("live_sessions").integer() == 0)
            #expect(try stage.call("GET", "/auth/profile", token: stage.token(ada)).status == 401)
            for body in ["{}", #"{"status":"deleting"}"#, #"{"role":"king"}"#, #"{"role":null}"#, #"{"email":"x"}"#] {
                #expect(try stage.call("PATCH", path, body, token: stage.token(root)).status == 422)
            }
            let own = try stage.call(
                "PATCH", "/admin/users/\(root.userID)", #"{"role":"reader"}"#, token: stage.token(root))
            #expect(own.status == 409)
            let log = try stage.call("GET", "/admin/audit", query: "event=admin_user_changed", token: stage.token(root))
            let entries = try Array(log.body.member("items").elements)
            #expect(entries.count == 1)
            #expect(try entries[0].member("actor_id").string() == root.userID.description)
            #expect(try entries[0].member("user_id").string() == ada.userID.description)
            #expect(try entries[0].member("ip_prefix").string() == "192.0.2.0/24")
        }
    }

    @Test("Sessions, factors and the password of somebody else can be ended, of nobody's there is nothing")
    func rescue() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(administrator(stage))
            let ada = try stage.person(level: .two, hasFactor: true)
            let path = "/admin/users/\(ada.userID)"
            #expect(try stage.call("POST", path + "/revoke-sessions", token: token).status == 204)
            #expect(try stage.count("select count(*) from auth.sessions where revoke_reason = 'admin'") == 1)
            #expect(try stage.call("DELETE", path + "/mfa", token: token).status == 204)
            #expect(try stage.call("DELETE", path + "/mfa", token: token).status == 404)
            #expect(try stage.count("select count(*) from auth.totp_factors where user_id = \(ada.userID)") == 0)
            let nobody = "/admin/users/00000000-0000-8000-8000-000000000000"
            #expect(try stage.call("GET", nobody, token: token).status == 404)
            #expect(try stage.call("PATCH", nobody, #"{"role":"creator"}"#, token: token).status == 404)
            #expect(try stage.call("GET", "/admin/users/x", token: token).status == 404)
        }
    }

    @Test("A password that has to be replaced signs nobody in; its owner gets the link, everybody's sessions end")
    func forcedReset() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(administrator(stage))
            let ada = try stage.person()
            let path = "/admin/users/\(ada.userID)/force-reset"
            #expect(try stage.call("POST", path, token: token).status == 204)
            #expect(try stage.call("GET", "/auth/profile", token: stage.token(ada)).status == 401)
            let login = try stage.call(
                "POST", "/auth/login", #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#,
                headers: [("x-nw-client", "native")])
            #expect(login.status == 401)
            #expect(try stage.count("select count(*) from auth.mail_tokens where purpose = 'reset'") == 1)
            let events: SQL = "select count(*) from outbox.events where detail_type = 'PasswordResetRequested'"
            #expect(try stage.count(events) == 1)
        }
    }

    @Test("A password that was right before a forced reset signs nobody in after it, not even with the second factor")
    func forcedResetOfChallenge() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(hasFactor: true)
            let native = [("x-nw-client", "native")]
            let login = try stage.call(
                "POST", "/auth/login", #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#,
                headers: native)
            let challenge = try login.body.member("mfa_token").string()
            let reset = try stage.call(
                "POST", "/admin/users/\(ada.userID)/force-reset", token: stage.token(administrator(stage)))
            #expect(reset.status == 204)
            let code = ada.code(at: stage.clock.now)
            let answer = try stage.call(
                "POST", "/auth/login/mfa", #"{"mfa_token":"\#(challenge)","method":"totp","code":"\#(code)"}"#,
                headers: native)
            #expect(answer.status == 401)
            #expect(try answer.code == "mfa_failed")
            let live: SQL = """
                select count(*) from auth.sessions where user_id = \(ada.userID) and revoked_at is null
                """
            #expect(try stage.count(live) == 0)
        }
    }

    @Test("G71: an administrator who signed in with one factor is none")
    func oneFactor() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let root = try stage.person("root", role: "admin", level: .one)
            for path in ["/admin/users", "/admin/users/\(root.userID)", "/admin/audit"] {
                let answer = try stage.call("GET", path, token: stage.token(root))
                #expect(answer.status == 403)
                #expect(try answer.code == "insufficient_aal")
            }
            #expect(try stage.call("GET", "/auth/profile", token: stage.token(root)).status == 200)
            #expect(try stage.call("POST", "/auth/mfa/totp", token: stage.token(root)).status == 201)
        }
    }

    @Test("G70: an administrator changes nobody's account five minutes after the last proof, and may still look")
    func stepUp() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (root, ada) = (try administrator(stage), try stage.person("ada", hasFactor: true))
            let path = "/admin/users/\(ada.userID)"
            let writes = [
                ("PATCH", path, #"{"status":"suspended"}"#), ("POST", "\(path)/revoke-sessions", "{}"),
                ("POST", "\(path)/force-reset", "{}"), ("DELETE", "\(path)/mfa", "{}"),
            ]
            let stale = try stage.token(root, age: 301)
            for (method, route, body) in writes {
                let answer = try stage.call(method, route, body, token: stale)
                #expect(answer.status == 403)
                #expect(try answer.code == "step_up_required")
            }
            for route in ["/admin/users", path, "/admin/audit"] {
                #expect(try stage.call("GET", route, token: stale).status == 200)
            }
            #expect(try stage.count("select count(*) from auth.totp_factors where user_id = \(ada.userID)") == 1)
            #expect(try stage.count("select count(*) from outbox.events") == 0)
            for (method, route, body) in writes.reversed() {
                let answer = try stage.call(method, route, body, token: stage.token(root, age: 299))
                #expect((200..<300).contains(answer.status), "\(method) \(route)")
            }
        }
    }

    @Test("The database asks for itself: a token that says more than the session is not enough")
    func forgedLevel() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let weak = try stage.person("root", role: "admin", level: .one)
            let reader = try stage.person("ada")
            for (person, role) in [(weak, "admin"), (reader, "admin")] {
                let claimed = AccountPerson(
                    userID: person.userID, sessionID: person.sessionID, email: person.email, role: role, level: .two,
                    seed: nil)
                let answer = try stage.call("GET", "/admin/users", token: stage.token(claimed))
                #expect(answer.status == 403)
            }
        }
    }

    @Test("Two administrators who demote each other at once leave one")
    func mutualDemotion() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let both = [try administrator(stage, "root"), try administrator(stage, "toor")]
            concurrently(2) { index in
                _ = try? stage.call(
                    "PATCH", "/admin/users/\(both[1 - index].userID)", #"{"role":"reader"}"#,
                    token: stage.token(both[index]))
            }
            #expect(try stage.count("select count(*) from auth.users where role = 'admin'") == 1)
        }
    }
}
