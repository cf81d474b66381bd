import Codecs
import JSONWebToken
import Platform
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

@Suite("The session that a change of password opens")
struct PasswordChangeTests {
    private static let change = """
        {"current_password":"\(AccountPerson.password)","new_password":"nine purple lanterns drifting"}
        """

    @Test("G70: a token from before the loss of the second factor gives no session of two factors")
    func staleLevel() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let root = try stage.person("root", role: "admin", level: .two, hasFactor: true)
            let token = try stage.token(root)
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: token).status == 204)
            let changed = try stage.call("POST", "/auth/password/change", Self.change, token: token)
            #expect(changed.status == 200)
            #expect(try changed.body.member("session").member("acr").string() == "aal1")
            let strong: SQL = "select count(*) from auth.sessions where revoked_at is null and acr = 'aal2'"
            #expect(try stage.count(strong) == 0)
            let fresh = try changed.body.member("access_token").string()
            #expect(try stage.call("GET", "/admin/users", token: fresh).status == 403)
        }
    }

    @Test("A session that ends while it changes the password changes nothing: a reset has the last word")
    func endedMeanwhile() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let token = try stage.token(ada)
            let answer = Mutex<AccountStage.Answer?>(nil)
            // What a reset does, up to its commit.
            try database.connect().transaction { transaction in
                try transaction.execute("update auth.users set version = version + 1")
                try transaction.execute("update auth.sessions set revoked_at = created_at")
                let thread = SystemThread.start(stackBytes: 8 << 20) {
                    let ended = try? stage.call("POST", "/auth/password/change", Self.change, token: token)
                    answer.withLock { $0 = ended }
                }
                try database.waitUntilSomebodyWaits()
                try transaction.commit()
                try #require(thread).join()
            }
            #expect(answer.withLock { $0?.status } == 401)
            #expect(try stage.count("select count(*) from auth.users where password_changed_at is null") == 1)
            #expect(try stage.count("select count(*) from auth.sessions where revoked_at is null") == 0)
        }
    }

    /// Whoever has stolen a session of one factor must not learn the password from what is answered.
    @Test("A session of one factor, where there are two, does not even have a password compared")
    func weakSession() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person(level: .one, hasFactor: true))
            let wrong = #"{"current_password":"wrong wrong wrong","new_password":"nine purple lanterns drifting"}"#
            for (method, path, body) in [
                ("POST", "/auth/password/change", wrong), ("POST", "/auth/password/change", Self.change),
                ("DELETE", "/auth/profile", #"{"password":"wrong wrong wrong wrong"}"#),
                ("DELETE", "/auth/profile", #"{"password":"\#(AccountPerson.password)"}"#),
            ] {
                let answer = try stage.call(method, path, body, token: token)
                #expect(answer.status == 403)
                #expect(try answer.code == "insufficient_aal")
            }
            #expect(try stage.count("select count(*) from auth.throttle") == 0, "nothing was counted")
        }
    }

    @Test("A new password that is too weak is no failure of the one of now")
    func weakPasswords() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person())
            let weak = #"{"current_password":"\#(AccountPerson.password)","new_password":"short"}"#
            for _ in 0..<7 {
                #expect(try stage.call("POST", "/auth/password/change", weak, token: token).status == 422)
            }
            #expect(try stage.call("POST", "/auth/password/change", Self.change, token: token).status == 200)
        }
    }

    @Test(
        "The other sessions go on where somebody wishes so, and the one that changes the password ends",
        arguments: [true, false])
    func otherSessions(ends: Bool) throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let login = #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#
            let other = try stage.call("POST", "/auth/login", login, headers: [("x-nw-client", "native")])
            let token = try stage.token(ada)
            let wish = Self.change.dropLast() + #","revoke_others":\#(ends)}"#
            #expect(try stage.call("POST", "/auth/password/change", String(wish), token: token).status == 200)
            let others = try other.body.member("access_token").string()
            #expect(try stage.call("GET", "/auth/profile", token: others).status == (ends ? 401 : 200))
            #expect(try stage.call("GET", "/auth/profile", token: token).status == 401)
        }
    }
}
