import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import TestSupport
import Testing

@testable import AuthService

@Suite("The seed of a second factor after a new root")
struct SeedRenewalTests {
    /// The service of before the new root, and the one that knows it, a day later.
    private func stages(_ database: TestDatabase) throws -> (before: AuthStage, after: AuthStage) {
        let before = try AuthStage(database)
        let rotated = try KeyRotation.advance(StageKeys.document(), .newRoot, now: before.clock.now).document
        try #require(rotated.roots.map(\.id) == [1, 2])
        return (before, try AuthStage(database, clock: before.clock, document: rotated))
    }

    private func key(_ stage: AuthStage, of person: StagePerson) throws -> Int16 {
        try stage.value("select secret_key as value from auth.totp_factors where user_id = \(person.id)")
    }

    private func signIn(_ stage: AuthStage, _ person: StagePerson, code: String) throws -> StageAnswer {
        let challenge = try stage.login(person).text("mfa_token")
        let body = #"{"mfa_token":"\#(challenge)","method":"totp","code":"\#(code)"}"#
        return try stage.call(StageRequest("POST", "/auth/login/mfa", body, native: true))
    }

    @Test("follows the root at the next right code of a sign-in")
    func signIn() throws {
        try withDatabase { database in
            let (before, after) = try stages(database)
            let ada = try before.person("ada@example.com")
            let seed = try before.addFactor(ada)
            #expect(try signIn(before, ada, code: before.code(seed)).status == 200)
            #expect(try key(before, of: ada) == 1, "the root is still that of now")
            after.clock.advance(seconds: 86_400)
            #expect(try signIn(after, ada, code: "abcdef").status == 401)
            #expect(try key(after, of: ada) == 1, "a wrong code changes nothing")
            #expect(try signIn(after, ada, code: after.code(seed)).status == 200)
            #expect(try key(after, of: ada) == 2)
            #expect(try signIn(after, ada, code: after.code(seed)).status == 401, "the step is used")
            #expect(try signIn(after, ada, code: after.code(seed, stepsLater: 1)).status == 200)
            #expect(try key(after, of: ada) == 2)
        }
    }

    @Test("follows it at a code that somebody signed in shows too, and a recovery code leaves it alone")
    func reauthentication() throws {
        try withDatabase { database in
            let (before, after) = try stages(database)
            let ada = try before.person("ada@example.com")
            after.clock.advance(seconds: 86_400)
            let login = #"{"email":"\#(ada.email)","password":"\#(ada.password)"}"#
            let token = try after.call(StageRequest("POST", "/auth/login", login, native: true)).text("access_token")
            let seed = try before.addFactor(ada)
            let recovery = try before.addRecoveryCode(ada)
            for (code, expected) in [(recovery, 1), (after.code(seed), 2)] as [(String, Int16)] {
                let body = #"{"code":"\#(code)"}"#
                let request = StageRequest("POST", "/auth/reauthenticate", body, native: true, token: token)
                #expect(try after.call(request).status == 200)
                #expect(try key(after, of: ada) == expected)
            }
        }
    }

    @Test("is stored anew by a function that touches a confirmed factor of that user only, and only for another key")
    func function() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let (ada, bob) = (try stage.person("ada@example.com"), try stage.person("bob@example.com"))
            _ = try stage.addFactor(ada)
            _ = try stage.addFactor(bob)
            let service = try database.connect(as: "nerdwork_auth")
            let factor: UUID = try stage.value(
                "select factor_id as value from auth.totp_factors where user_id = \(ada.id)")
            let sealed = [UInt8](repeating: 1, count: 48)
            func renew(_ user: UUID, _ key: Int16) throws {
                _ = try service.query("select auth.renew_seed(\(user), \(factor), \(sealed), \(key))")
            }
            let rows: SQL = "select string_agg(f::text, ';' order by user_id) as value from auth.totp_factors f"
            let before = try stage.value(rows, as: String.self)
            try renew(bob.id, 2)
            try renew(ada.id, 1)
            #expect(try stage.value(rows, as: String.self) == before)
            try renew(ada.id, 2)
            #expect(try key(stage, of: ada) == 2 && key(stage, of: bob) == 1)
        }
    }
}
