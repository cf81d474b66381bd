import AuthKeys
import Codecs
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

@Suite("The second factor at signing in")
struct MultiFactorSignInTests {
    private static let native = [("x-nw-client", "native")]

    private func challenge(_ ada: AccountPerson, _ stage: AccountStage) throws -> String {
        let login = try stage.call(
            "POST", "/auth/login", #"{"email":"\#(ada.email)","password":"\#(AccountPerson.password)"}"#,
            headers: Self.native)
        return try login.body.member("mfa_token").string()
    }

    private func show(
        _ code: String, _ method: String = "totp", for challenge: String, _ stage: AccountStage
    ) throws -> AccountStage.Answer {
        try stage.call(
            "POST", "/auth/login/mfa", #"{"mfa_token":"\#(challenge)","method":"\#(method)","code":"\#(code)"}"#,
            headers: Self.native)
    }

    @Test("G66: a challenge is good for five codes, then the right one comes too late")
    func fiveTries() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(hasFactor: true)
            let worn = try challenge(ada, stage)
            for _ in 0..<5 { #expect(try show("000000", for: worn, stage).status == 401) }
            #expect(try show(ada.code(at: stage.clock.now), for: worn, stage).status == 401)
            stage.clock.advance(seconds: 60)
            let fresh = try challenge(ada, stage)
            #expect(try show(ada.code(at: stage.clock.now), for: fresh, stage).status == 200)
            #expect(try show(ada.code(at: stage.clock.now), for: fresh, stage).status == 401)
        }
    }

    @Test("G68: a recovery code signs in once, also for many challenges at the same time")
    func recoveryRace() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(hasFactor: true)
            let code = try RecoveryCode.make()
            let keys = try stage.snapshot.roots
            let mac = code.mac(user: ada.userID, key: try keys.key(for: .recovery, id: keys.currentID))
            try database.connect().execute(
                """
                insert into auth.recovery_codes (user_id, code_mac, code_key)
                values (\(ada.userID), \(mac), \(keys.currentID))
                """)
            let challenges = try (0..<4).map { _ in try challenge(ada, stage) }
            let statuses = Mutex<[Int64]>([])
            concurrently(4) { index in
                let answer = try? show(code.text, "recovery", for: challenges[index], stage)
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
            #expect(statuses.withLock { $0.filter { $0 == 200 }.count } == 1)
        }
    }
}
