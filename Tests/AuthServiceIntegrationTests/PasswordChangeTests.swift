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
                try waitUntilSomebodyWaits(database)
                try transaction.commit()
                try #require(thread).join()
            }
            #expect(answer.withLock { $0?.status } == 401)
            #expect(try stage.count("select count(*) from auth.users where password_changed_at is null") == 1)
            #expect(try stage.count("select count(*) from auth.sessions where revoked_at is null") == 0)
        }
    }

    /// Waits until some session of the database waits for another one.
    private func waitUntilSomebodyWaits(_ database: TestDatabase) throws {
        let observer = try database.connect()
        let isWaiting: SQL = """
            select count(*) > 0 as is_waiting from pg_stat_activity
            where datname = \(database.name) and cardinality(pg_blocking_pids(pid)) > 0
            """
        for _ in 0..<2_000 {
            if try observer.query(isWaiting).only().decode("is_waiting") { return }
            _ = try observer.query("select pg_sleep(0.005)")
        }
        throw HarnessError("nobody waits")
    }
}
