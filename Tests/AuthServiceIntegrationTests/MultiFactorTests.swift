import Codecs
import Cryptography
import JSONWebToken
import PostgresClient
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

@Suite("The second factor of an account")
struct MultiFactorTests {
    /// Enrols an authenticator; its seed and the recovery codes.
    private func enrol(_ ada: AccountPerson, _ stage: AccountStage) throws -> (seed: [UInt8], codes: [String]) {
        let token = try stage.token(ada)
        let started = try stage.call("POST", "/auth/mfa/totp", token: token)
        #expect(started.status == 201)
        let secret = try started.body.member("secret").string()
        let seed = try #require(Base32.decode(secret.utf8, padded: false))
        #expect(seed.count == 20)
        let uri = try started.body.member("otpauth_uri").string()
        #expect(
            uri == "otpauth://totp/Nerdwork%2B:ada%40example.com?secret=\(secret)&issuer=Nerdwork%2B"
                + "&algorithm=SHA1&digits=6&period=30")
        let code = Self.code(seed, at: stage.clock.now)
        let confirmed = try stage.call("POST", "/auth/mfa/totp/confirm", #"{"code":"\#(code)"}"#, token: token)
        #expect(confirmed.status == 200)
        return (seed, try confirmed.body.member("recovery_codes").elements.map { try $0.string() })
    }

    private static func code(_ seed: [UInt8], at time: Timestamp) -> String {
        String(
            decoding: OneTimePassword.code(key: SecretBytes(seed), counter: TOTP.step(at: time)), as: UTF8.self)
    }

    @Test("A factor counts once a code of it was shown; ten codes of 80 bits come with it, the owner gets mail")
    func enrolment() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let token = try stage.token(ada)
            let codes = try enrol(ada, stage).codes
            #expect(Set(codes).count == 10)
            #expect(codes.allSatisfy { $0.utf8.filter { $0 != 0x2D }.count == 16 })
            #expect(try stage.call("GET", "/auth/profile", token: token).body.member("mfa").bool())
            #expect(try stage.call("POST", "/auth/mfa/totp", token: token).status == 409)
            let state = try stage.call("GET", "/auth/mfa/totp", token: token).body
            #expect(try state.member("enabled").bool())
            #expect(try state.member("recovery_codes_left").integer() == 10)
            let events: SQL = "select count(*) from outbox.events where detail_type = 'MultiFactorChanged'"
            #expect(try stage.count(events) == 1)
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: token).status == 204)
            #expect(try stage.count("select count(*) from auth.recovery_codes") == 0)
            #expect(try stage.count("select count(*) from auth.sessions where acr = 'aal1'") == 1)
            #expect(try stage.count(events) == 2)
        }
    }

    @Test("A code that is wrong, in other digits or of the seed before does not confirm a factor")
    func wrongConfirmation() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person())
            func confirm(_ code: String) throws -> AccountStage.Answer {
                try stage.call("POST", "/auth/mfa/totp/confirm", #"{"code":"\#(code)"}"#, token: token)
            }
            #expect(try confirm("123456").status == 404)
            let first = try stage.call("POST", "/auth/mfa/totp", token: token).body.member("secret").string()
            let old = try #require(Base32.decode(first.utf8, padded: false))
            _ = try stage.call("POST", "/auth/mfa/totp", token: token)
            for code in [Self.code(old, at: stage.clock.now), "１２３４５６", "", "12345", "1234567"] {
                #expect(try confirm(code).status == 422, Comment(rawValue: code))
            }
            #expect(try stage.count("select count(*) from auth.totp_factors where confirmed_at is null") == 1)
        }
    }

    @Test("G66: a step's code is good once, also for two at the same time; neighbours only by one step; ten tries")
    func steps() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(level: .two, hasFactor: true)
            let token = try stage.token(ada)
            let code = ada.code(at: stage.clock.now)
            let statuses = Mutex<[Int64]>([])
            concurrently(4) { _ in
                let answer = try? stage.call("POST", "/auth/reauthenticate", #"{"code":"\#(code)"}"#, token: token)
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
            #expect(statuses.withLock { $0.filter { $0 == 200 }.count } == 1)
            #expect(statuses.withLock { $0.filter { $0 == 401 }.count } == 3)

            func answer(_ code: String) throws -> AccountStage.Answer {
                try stage.call("POST", "/auth/reauthenticate", #"{"code":"\#(code)"}"#, token: stage.token(ada))
            }
            stage.clock.advance(seconds: 300)
            let now = stage.clock.now
            #expect(try answer(ada.code(at: now.advanced(byMilliseconds: -60_000))).status == 401)
            #expect(try answer(ada.code(at: now.advanced(byMilliseconds: 60_000))).status == 401)
            #expect(try answer(ada.code(at: now.advanced(byMilliseconds: -30_000))).status == 200)
            #expect(try answer(ada.code(at: now.advanced(byMilliseconds: -30_000))).status == 401)
            #expect(try answer("１２３４５６").status == 401)
            #expect(try answer(ada.code(at: now)).status == 200)
            for _ in 0..<10 { #expect(try answer("000000").status == 401) }
            let locked = try answer(ada.code(at: now.advanced(byMilliseconds: 30_000)))
            #expect(locked.status == 429)
            #expect(try locked.headers.member("retry-after").string() == "900")
        }
    }

    @Test("G68: a recovery code is good once, also for many at the same time, and new codes end the old ones")
    func recoveryCodes() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let token = try stage.token(ada)
            let codes = try enrol(ada, stage).codes
            let spoken = codes[0].lowercased().replacing("-", with: " ")
            let statuses = Mutex<[Int64]>([])
            concurrently(4) { _ in
                let answer = try? stage.call("POST", "/auth/reauthenticate", #"{"code":"\#(spoken)"}"#, token: token)
                statuses.withLock { $0.append(answer?.status ?? 0) }
            }
            #expect(statuses.withLock { $0.filter { $0 == 200 }.count } == 1)
            #expect(try stage.count("select count(*) from auth.recovery_codes where used_at is not null") == 1)
            let events: SQL = "select count(*) from outbox.events where detail_type = 'RecoveryCodeUsed'"
            #expect(try stage.count(events) == 1)

            concurrently(3) { _ in _ = try? stage.call("POST", "/auth/mfa/recovery-codes", token: token) }
            #expect(try stage.count("select count(*) from auth.recovery_codes") == 10)
            let old = try stage.call("POST", "/auth/reauthenticate", #"{"code":"\#(codes[1])"}"#, token: token)
            #expect(old.status == 401)
        }
    }

    @Test("G70: who only has a token cannot change how the account is protected, nor see its export")
    func stepUp() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person()
            let stale = try stage.token(ada, age: 301)
            let routes = [
                ("GET", "/auth/mfa/totp"), ("POST", "/auth/mfa/totp"), ("POST", "/auth/mfa/totp/confirm"),
                ("DELETE", "/auth/mfa/totp"), ("POST", "/auth/mfa/recovery-codes"), ("DELETE", "/auth/profile"),
                ("GET", "/auth/profile/export"),
            ]
            for (method, path) in routes {
                let answer = try stage.call(method, path, method == "GET" ? nil : "{}", token: stale)
                #expect(answer.status == 403)
                #expect(try answer.code == "step_up_required")
            }
            #expect(try stage.count("select count(*) from auth.totp_factors") == 0)
            let again = try stage.call(
                "POST", "/auth/reauthenticate", #"{"password":"\#(AccountPerson.password)"}"#, token: stale)
            #expect(again.status == 200)
            let fresh = try again.body.member("access_token").string()
            #expect(try stage.call("POST", "/auth/mfa/totp", token: fresh).status == 201)
        }
    }

    @Test("G70: the password alone does not take the second factor away")
    func weakSession() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let ada = try stage.person(level: .one, hasFactor: true)
            let token = try stage.token(ada)
            for (method, path) in [
                ("DELETE", "/auth/mfa/totp"), ("POST", "/auth/mfa/recovery-codes"), ("GET", "/auth/profile/export"),
            ] {
                let answer = try stage.call(method, path, token: token)
                #expect(answer.status == 403)
                #expect(try answer.code == "insufficient_aal")
            }
            let raised = try stage.call(
                "POST", "/auth/reauthenticate", #"{"code":"\#(ada.code(at: stage.clock.now))"}"#, token: token)
            #expect(try raised.body.member("session").member("acr").string() == "aal2")
            let strong = try raised.body.member("access_token").string()
            #expect(try stage.call("DELETE", "/auth/mfa/totp", token: strong).status == 204)
        }
    }

    @Test("Passwords are guessed no faster with a token than without: after five wrong ones each needs a pause")
    func passwordGuesses() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let token = try stage.token(stage.person())
            func guess(_ password: String) throws -> Int64 {
                try stage.call("POST", "/auth/reauthenticate", #"{"password":"\#(password)"}"#, token: token).status
            }
            for _ in 0..<5 { #expect(try guess("wrong horse battery staple") == 401) }
            #expect(try guess(AccountPerson.password) == 429)
            stage.clock.advance(seconds: 2)
            #expect(try guess(AccountPerson.password) == 200)
            #expect(try guess("wrong horse battery staple") == 401)
            #expect(try guess(AccountPerson.password) == 200)
        }
    }
}
