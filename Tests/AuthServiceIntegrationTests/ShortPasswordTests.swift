import Codecs
import JSONWebToken
import Platform
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

/// NIST SP 800-63B-4, 3.1.1.2: 15 characters alone, 8 beside a second factor.
@Suite("A password that is long enough beside a second factor only")
struct ShortPasswordTests {
    private static let short = "quiet owl 7"
    private static let long = "nine purple lanterns drifting"

    private func change(
        _ from: String, to: String, _ stage: AccountStage, _ token: String
    ) throws -> AccountStage.Answer {
        let body = #"{"current_password":"\#(from)","new_password":"\#(to)"}"#
        return try stage.call("POST", "/auth/password/change", body, token: token)
    }

    private func login(
        _ password: String, _ stage: AccountStage, _ person: AccountPerson
    ) throws -> AccountStage.Answer {
        let body = #"{"email":"\#(person.email)","password":"\#(password)"}"#
        return try stage.call("POST", "/auth/login", body, headers: [("x-nw-client", "native")])
    }

    /// What the events about removed factors tell of the password, oldest first.
    private func told(_ database: TestDatabase) throws -> [Bool] {
        try database.connect().query(
            """
            select (detail->>'passwordRetired')::boolean as retired from outbox.events
             where detail_type = 'MultiFactorChanged' and detail->>'enabled' = 'false' order by position
            """
        ).map { try $0.decode("retired") }
    }

    /// Ada with the short password, and her token of now.
    private func ada(_ stage: AccountStage) throws -> (person: AccountPerson, token: String) {
        let ada = try stage.person("ada", level: .two, hasFactor: true)
        let answer = try change(AccountPerson.password, to: Self.short, stage, stage.token(ada))
        try #require(answer.status == 200)
        #expect(try login(Self.short, stage, ada).body.member("status").string() == "mfa_required")
        return (ada, try answer.body.member("access_token").string())
    }

    @Test("signs nobody in once its owner has removed the factor, and can still be changed for a longer one")
    func owner() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, token) = try ada(stage)
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: token).status == 204)
            #expect(try told(database) == [true])
            let refused = try login(Self.short, stage, ada)
            #expect(refused.status == 401)
            #expect(try refused.code == "invalid_credentials")
            #expect(try change(Self.short, to: "quiet owl 8", stage, token).status == 422)
            #expect(try change(Self.short, to: Self.long, stage, token).status == 200)
            #expect(try login(Self.long, stage, ada).body.member("status").string() == "ok")
        }
    }

    @Test("signs nobody in once an administrator has removed the factor")
    func administrator() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, _) = try ada(stage)
            let root = try stage.person("root", role: "admin", level: .two, hasFactor: true)
            let removed = try stage.call("DELETE", "/admin/users/\(ada.userID)/mfa", token: stage.token(root))
            #expect(removed.status == 204)
            #expect(try told(database) == [true])
            #expect(try login(Self.short, stage, ada).status == 401)
            #expect(try stage.count("select count(*) from auth.users where must_reset") == 1)
        }
    }

    @Test("a longer one, and a factor that was never confirmed, are nobody's loss")
    func others() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, token) = try ada(stage)
            let longer = try change(Self.short, to: Self.long, stage, token)
            let fresh = try longer.body.member("access_token").string()
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: fresh).status == 204)
            #expect(try login(Self.long, stage, ada).status == 200)
            #expect(try stage.call("POST", "/auth/mfa/totp", token: fresh).status == 201)
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: fresh).status == 204)
            #expect(try login(Self.long, stage, ada).status == 200)
            #expect(try told(database) == [false])
            #expect(try stage.count("select count(*) from auth.users where must_reset or password_needs_factor") == 0)
        }
    }

    @Test("set by a reset, it does not outlive the factor either")
    func reset() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let (ada, root) = (
                try stage.person("ada", hasFactor: true),
                try stage.person("root", role: "admin", level: .two, hasFactor: true)
            )
            let (token, now) = (MailToken(bytes: [UInt8](repeating: 7, count: 32)), stage.clock.now)
            let service = try database.connect(as: "nerdwork_auth")
            let put = MailTokenStore.putReset(
                token, user: ada.userID, now: now, expiresAt: now.advanced(byMilliseconds: 60_000))
            _ = try service.query(put)
            let body = #"{"token":"\#(token.text)","new_password":"\#(Self.short)"}"#
            #expect(try stage.call("POST", "/auth/password/reset", body).status == 204)
            #expect(try login(Self.short, stage, ada).body.member("status").string() == "mfa_required")
            let removed = try stage.call("DELETE", "/admin/users/\(ada.userID)/mfa", token: stage.token(root))
            #expect(removed.status == 204)
            #expect(try login(Self.short, stage, ada).status == 401)
        }
    }

    @Test("set while the factor is being taken away, it is blocked by whichever of the two comes later")
    func sameMoment() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person("ada", level: .two, hasFactor: true)
            let token = try stage.token(ada)
            let status = Mutex<Int64?>(nil)
            // What a change of the password does, up to its commit.
            try database.connect().transaction { transaction in
                try transaction.execute("update auth.users set password_changed_at = now()")
                try transaction.execute("select auth.note_password(\(ada.userID), true)")
                let thread = SystemThread.start(stackBytes: 8 << 20) {
                    let answer = try? stage.call("DELETE", "/auth/mfa/totp", token: token)
                    status.withLock { $0 = answer?.status }
                }
                try database.waitUntilSomebodyWaits()
                try transaction.commit()
                try #require(thread).join()
            }
            #expect(status.withLock { $0 } == 204)
            #expect(try stage.count("select count(*) from auth.users where must_reset") == 1)
        }
    }

    @Test("set after the factor has gone, it is blocked too")
    func race() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person("ada", level: .two, hasFactor: true)
            let service = try database.connect(as: "nerdwork_auth")
            _ = try database.connect().query("delete from auth.totp_factors where user_id = \(ada.userID)")
            #expect(try stage.count("select count(*) from auth.users where must_reset") == 0)
            _ = try service.query("select auth.note_password(\(ada.userID), true)")
            #expect(try stage.count("select count(*) from auth.users where must_reset") == 1)
            _ = try service.query("select auth.note_password(\(ada.userID), false)")
            #expect(try stage.count("select count(*) from auth.users where password_needs_factor") == 0)
        }
    }
}
