import Codecs
import Cryptography
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Signing in with a second factor")
struct SignInSecondFactorTests {
    private func challenge(_ stage: AuthStage, _ person: StagePerson) throws -> String {
        let answer = try stage.login(person)
        #expect(try answer.text("status") == "mfa_required")
        #expect(answer.setCookies.isEmpty)
        return try answer.text("mfa_token")
    }

    private func show(
        _ stage: AuthStage, _ token: String, _ code: String, method: String = "totp", address: String = "192.0.2.9"
    ) throws -> StageAnswer {
        let body = #"{"mfa_token":"\#(token)","method":"\#(method)","code":"\#(code)"}"#
        return try stage.call(StageRequest("POST", "/auth/login/mfa", body, address: address))
    }

    @Test("A code opens a session of two factors, once")
    func code() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com", role: "admin")
            let seed = try stage.addFactor(ada)
            let token = try challenge(stage, ada)
            let answer = try show(stage, token, stage.code(seed))
            #expect(answer.status == 200)
            #expect(try answer.text("session.acr") == "aal2")
            #expect(try answer.text("scope").contains("admin"))
            #expect(
                try show(stage, token, stage.code(seed, stepsLater: 1)).code == "mfa_failed", "the challenge is used")
            let next = try challenge(stage, ada)
            #expect(try show(stage, next, stage.code(seed)).code == "mfa_failed", "so is the step")
            #expect(try show(stage, next, stage.code(seed, stepsLater: 1)).status == 200)
        }
    }

    @Test("Five codes for one challenge, ten failures for one account, then a quarter of an hour")
    func attempts() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let seed = try stage.addFactor(ada)
            for round in 0..<2 {
                let token = try challenge(stage, ada)
                for _ in 0..<5 {
                    #expect(try show(stage, token, "abcdef", address: "10.0.\(round).1").code == "mfa_failed")
                }
                if round == 0 {
                    #expect(try show(stage, token, stage.code(seed), address: "10.0.\(round).2").code == "mfa_failed")
                }
            }
            let locked = try challenge(stage, ada)
            let refused = try show(stage, locked, stage.code(seed))
            #expect(refused.status == 429 && refused.headers["retry-after"] == "900")
            stage.clock.advance(seconds: 900)
            let token = try challenge(stage, ada)
            #expect(try show(stage, token, stage.code(seed)).status == 200)
        }
    }

    @Test("A recovery code works once, and its owner hears of it")
    func recovery() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            _ = try stage.addFactor(ada)
            let code = try stage.addRecoveryCode(ada)
            _ = try stage.addRecoveryCode(ada)
            #expect(try show(stage, challenge(stage, ada), code.lowercased(), method: "recovery").status == 200)
            #expect(try show(stage, challenge(stage, ada), code, method: "recovery").code == "mfa_failed")
            #expect(
                try show(stage, challenge(stage, ada), "AAAA-AAAA-AAAA-AAAA", method: "recovery").code == "mfa_failed")
            let told = try stage.events().filter { $0.type == "RecoveryCodeUsed" }
            #expect(told.count == 1)
            #expect(try told[0].detail.member("remaining").integer() == 1)
        }
    }

    @Test("A seed that was copied into another row, or back from an older factor, lets nobody in")
    func movedSeeds() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let (ada, eve) = (try stage.person("ada@example.com"), try stage.person("eve@example.com"))
            _ = try stage.addFactor(ada)
            let seed = try stage.addFactor(eve, seed: Array("eve's own seed, mine".utf8))
            let connection = try database.connect()
            let copy: (String) -> SQL = { columns in
                """
                update auth.totp_factors a set (\(raw: columns)) = (select \(raw: columns) from auth.totp_factors e
                    where e.user_id = \(eve.id)) where a.user_id = \(ada.id)
                """
            }
            for columns in ["secret_sealed, secret_key", "secret_sealed, secret_key, factor_id"] {
                try connection.execute(copy(columns))
                #expect(try show(stage, challenge(stage, ada), stage.code(seed)).status == 500)
            }
            try connection.execute("update auth.totp_factors set factor_id = gen_random_uuid()")
            #expect(try show(stage, challenge(stage, eve), stage.code(seed)).status == 500)
            let sessions: Int64 = try stage.value("select count(*) as value from auth.sessions")
            #expect(sessions == 0)
        }
    }

    @Test("A challenge ends after five minutes")
    func expiry() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let seed = try stage.addFactor(ada)
            let token = try challenge(stage, ada)
            stage.clock.advance(seconds: 300)
            #expect(try show(stage, token, stage.code(seed)).code == "mfa_failed")
        }
    }
}
