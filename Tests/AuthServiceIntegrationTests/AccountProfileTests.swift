import Codecs
import JSONWebToken
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("The own account")
struct AccountProfileTests {
    @Test("The profile is the caller's, and its version is its tag")
    func profile() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let answer = try stage.call("GET", "/auth/profile", token: stage.token(ada))
            #expect(answer.status == 200)
            #expect(try answer.body.member("id").string() == ada.userID.description)
            #expect(try answer.body.member("email").string() == ada.email)
            #expect(try answer.body.member("mfa").bool() == false)
            #expect(try answer.headers.member("etag").string() == "\"1\"")
        }
    }

    @Test(
        "What one request about the own account costs, in round trips to the database",
        arguments: [
            ("GET", "/auth/profile", nil, 1), ("PATCH", "/auth/profile", #"{"locale":"fr"}"#, 1),
            ("GET", "/auth/profile/export", nil, 1), ("GET", "/auth/mfa/totp", nil, 1),
            ("POST", "/auth/mfa/totp", nil, 1), ("POST", "/auth/mfa/recovery-codes", nil, 1),
            ("POST", "/auth/reauthenticate", #"{"password":"\#(AccountPerson.password)"}"#, 2),
        ] as [(String, String, String?, Int)])
    func roundTrips(method: String, path: String, body: String?, count: Int) throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person())
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let handler = try stage.service(through: proxy).dispatcher.handle
            func call() throws {
                _ = try stage.call(method, path, body, headers: [("if-match", "*")], token: token, on: handler)
            }
            // The first one connects and prepares the statements.
            try call()
            proxy.arm(nil)
            try call()
            #expect(proxy.roundTrips == count)
        }
    }

    @Test("A change names the version that it changes; the second of two changes is refused")
    func change() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person())
            let name = #"{"display_name":"Ada Lovelace","locale":"fr"}"#
            func patch(_ body: String, _ match: String?) throws -> AccountStage.Answer {
                try stage.call(
                    "PATCH", "/auth/profile", body, headers: match.map { [("if-match", $0)] } ?? [], token: token)
            }
            #expect(try patch(name, nil).status == 428)
            let changed = try patch(name, "\"1\"")
            #expect(changed.status == 200)
            #expect(try changed.body.member("display_name").string() == "Ada Lovelace")
            #expect(try changed.headers.member("etag").string() == "\"2\"")
            #expect(try patch(#"{"locale":"en"}"#, "\"1\"").status == 412)
            #expect(try patch(#"{"locale":"en"}"#, "*").status == 200)
            #expect(try patch("{}", "*").status == 422)
            #expect(try stage.count("select count(*) from auth.audit_log where event = 'profile_changed'") == 2)
        }
    }

    @Test("H73: what a profile does not offer cannot be set: role, status, verification, ids")
    func massAssignment() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            for member in ["role", "status", "email_verified", "email", "user_id", "version", "password", "must_reset"]
            {
                let answer = try stage.call(
                    "PATCH", "/auth/profile", #"{"display_name":"x","\#(member)":"admin"}"#,
                    headers: [("if-match", "*")], token: stage.token(ada))
                #expect(answer.status == 422)
                #expect(try answer.code == "unknown_member")
            }
            #expect(try stage.count("select count(*) from auth.users where role = 'reader' and version = 1") == 1)
        }
    }

    @Test("H75: what looks like SQL is text, in every member and parameter")
    func injection() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let admin = try stage.person("root", role: "admin", level: .two, hasFactor: true)
            let (token, adminToken) = (try stage.token(ada), try stage.token(admin))
            let attacks = ["'; drop table auth.users; --", "' or '1'='1", "x'); select pg_sleep(9) --", "$1", "a%' --"]
            for attack in attacks {
                let text = JSONWriter.quote(attack)
                let escaped = PercentEncoding.encode(attack)
                let answers = [
                    try stage.call(
                        "PATCH", "/auth/profile", #"{"display_name":\#(text)}"#, headers: [("if-match", "*")],
                        token: token),
                    try stage.call(
                        "PATCH", "/auth/profile", #"{"locale":\#(text)}"#, headers: [("if-match", attack)], token: token
                    ),
                    try stage.call("POST", "/auth/reauthenticate", #"{"password":\#(text)}"#, token: token),
                    try stage.call("POST", "/auth/reauthenticate", #"{"code":\#(text)}"#, token: token),
                    try stage.call("GET", "/admin/users/" + escaped, token: adminToken),
                    try stage.call("GET", "/admin/users", query: "email=" + escaped, token: adminToken),
                    try stage.call("GET", "/admin/users", query: "status=" + escaped, token: adminToken),
                    try stage.call("GET", "/admin/audit", query: "event=" + escaped, token: adminToken),
                    try stage.call("GET", "/admin/audit", query: "cursor=" + escaped, token: adminToken),
                ]
                for answer in answers { #expect(answer.status < 500, Comment(rawValue: attack)) }
            }
            #expect(try stage.count("select count(*) from auth.users") == 2)
        }
    }

    @Test("An export has what we hold, and nothing that secures it")
    func export() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(level: .two, hasFactor: true)
            let answer = try stage.call("GET", "/auth/profile/export", token: stage.token(ada))
            #expect(answer.status == 200)
            let body = try answer.body
            #expect(try body.member("profile").member("email").string() == ada.email)
            #expect(try Array(body.member("sessions").elements).count == 1)
            #expect(try body.member("second_factor").member("type").string() == "totp")
            let text = String(decoding: answer.bytes, as: UTF8.self)
            for secret in ["password_sealed", "secret", "salt", "mac", "scrypt"] { #expect(!text.contains(secret)) }
        }
    }

    @Test("An account that is deleted ends its sessions, waits 30 days, and comes back if an administrator says so")
    func deletion() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let token = try stage.token(ada)
            func delete(_ password: String) throws -> AccountStage.Answer {
                try stage.call("DELETE", "/auth/profile", #"{"password":"\#(password)"}"#, token: token)
            }
            #expect(try delete("wrong horse battery staple").status == 403)
            let answer = try delete(AccountPerson.password)
            #expect(answer.status == 202)
            #expect(try answer.body.member("status").string() == "deleting")
            #expect(try answer.body.member("purge_at").string() == "2026-12-21T12:00:00.000Z")
            #expect(try stage.call("GET", "/auth/profile", token: token).status == 401)
            // The mail says so: whoever changes their mind has to write to us.
            func signIn() throws -> AccountStage.Answer {
                let body = #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#
                return try stage.call("POST", "/auth/login", body, headers: [("x-nw-client", "native")])
            }
            #expect(try signIn().status == 401)
            let events: SQL = "select count(*) from outbox.events where detail_type = 'AccountDeletionRequested'"
            #expect(try stage.count(events) == 1)

            let admin = try stage.person("root", role: "admin", level: .two, hasFactor: true)
            let restored = try stage.call(
                "PATCH", "/admin/users/\(ada.userID)", #"{"status":"active"}"#, token: stage.token(admin))
            #expect(restored.status == 200)
            #expect(try signIn().status == 200)
            #expect(try stage.count("select count(*) from auth.users where purge_at is not null") == 0)
        }
    }

    @Test("Purging takes what nobody needs, in portions, and accounts whose time has passed")
    func purging() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let gone = try stage.person("gone", status: "deleting")
            _ = try stage.person("ada")
            stage.clock.advance(seconds: 86_400 * 2)
            let task = #"{"detail":{"task":"purge"}}"#
            let handler = try stage.service().dispatcher.handle
            let answer = try JSONDocument(parsing: handler(Array(task.utf8), stage.context)).root
            #expect(try answer.member("complete").bool())
            #expect(try answer.member("removed").member("users").integer() == 1)
            #expect(try stage.count("select count(*) from auth.users") == 1)
            #expect(try stage.count("select count(*) from auth.sessions where user_id = \(gone.userID)") == 0)
            #expect(try stage.count("select count(*) from auth.audit_log where event = 'account_purged'") == 1)
        }
    }
}
