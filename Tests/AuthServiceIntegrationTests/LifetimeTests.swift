import AuthKeys
import Codecs
import Cryptography
import PostgresClient
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// The numbers are those of docs/security.md.
@Suite("Lifetimes")
struct LifetimeTests {
    /// The claims of the access token in an answer.
    private func claims(_ answer: StageAnswer) throws -> JSONValue {
        let parts = try answer.text("access_token").utf8.split(separator: UInt8(ascii: "."))
        return try JSONDocument(parsing: try #require(Base64.decode(Array(parts[1]), alphabet: .url))).root
    }

    @Test(
        "an access token is good for ten minutes, an administrator's for five, and says that it is two seconds old",
        arguments: [("reader", 600), ("creator", 600), ("moderator", 600), ("admin", 300)] as [(String, Int64)])
    func accessTokens(role: String, seconds: Int64) throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let answer = try stage.login(stage.person("ada@example.com", role: role))
            let claims = try claims(answer)
            let now = stage.clock.now.millisecondsSince1970 / 1_000
            #expect(try claims.member("exp").integer() == now + seconds)
            #expect(try answer.json().member("expires_in").integer() == seconds)
            #expect(try claims.member("iat").integer() == now - 2, "the gateway's clock may be behind ours")
            #expect(try claims.member("auth_time").integer() == now)
            // One factor makes nobody an administrator, whatever the account may do.
            #expect(try !claims.member("scope").string().split(separator: " ").contains("admin"))
            #expect(try claims.member("aud").string() == AuthStage.audience && claims["nbf"] == nil)
        }
    }

    @Test("an access token does not outlive its session")
    func endOfSession() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let login = try stage.login(stage.person("ada@example.com"))
            let end = stage.clock.now.advanced(byMilliseconds: 30 * 86_400_000)
            var token = try #require(login.cookie("__Host-nw_rt"))
            for _ in 0..<3 {
                stage.clock.advance(seconds: 10 * 86_400 - 20)
                token = try #require(stage.refresh(token).cookie("__Host-nw_rt"))
            }
            let last = try stage.refresh(token)
            #expect(try claims(last).member("exp").integer() == end.millisecondsSince1970 / 1_000)
            #expect(try last.json().member("expires_in").integer() == 60)
            #expect(last.setCookies.contains { $0.hasPrefix("__Host-nw_rt=") && $0.contains("; Max-Age=60;") })
        }
    }

    @Test("three sessions of an administrator live at a time")
    func administrators() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let root = try stage.person("root@example.com", role: "admin")
            let tokens = try (0..<4).map { _ in
                stage.clock.advance(seconds: 1)
                return try #require(stage.login(root).cookie("__Host-nw_rt"))
            }
            #expect(try tokens.map { try stage.refresh($0).status } == [401, 200, 200, 200])
        }
    }

    @Test("a device is trusted for 180 days after its last sign-in, and twenty of somebody at a time")
    func devices() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let ada = try stage.person("ada@example.com")
            let device = try stage.login(ada).returned("__Host-nw_dc")
            func isKnown(after seconds: Int64) throws -> Bool {
                stage.clock.advance(seconds: seconds)
                let told = try stage.events().filter { $0.type == "NewDeviceSignedIn" }.count
                #expect(try stage.login(ada, cookies: [device]).status == 200)
                return try stage.events().filter { $0.type == "NewDeviceSignedIn" }.count == told
            }
            #expect(try isKnown(after: 180 * 86_400 - 1))
            #expect(try isKnown(after: 180 * 86_400 - 1))
            #expect(try !isKnown(after: 180 * 86_400))
            for number in 0..<25 {
                stage.clock.advance(seconds: 10)
                _ = try stage.login(ada, address: "10.0.0.\(number)")
            }
            let kept: Int64 = try stage.value("select count(*) as value from auth.trusted_devices")
            #expect(kept == 20)
        }
    }

    @Test("a link to verify an address is good for 24 hours, one to change it for an hour")
    func links() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            func verify(after milliseconds: Int64, _ email: String) throws -> Int64 {
                _ = try stage.signUp(email)
                let token = try stage.events().last?.text("token") ?? ""
                stage.time = stage.time.advanced(byMilliseconds: milliseconds)
                return try stage.post("/auth/verify-email", ["token": token, "password": SignUpStage.password]).status
            }
            #expect(try verify(after: 86_399_999, "ada@x.example") == 200)
            #expect(try verify(after: 86_400_000, "grace@x.example") == 400)

            for (milliseconds, status) in [(3_599_999, 204), (3_600_000, 400)] as [(Int64, Int64)] {
                try stage.forgetLimits()
                let login = try stage.post(
                    "/auth/login", ["email": "ada@x.example", "password": SignUpStage.password],
                    headers: SignUpStage.native)
                let asked = try stage.post(
                    "/auth/email/change", ["new_email": "b\(status)@x.example"], headers: bearer(login))
                #expect(asked.status == 202)
                let cancel = try stage.events().last?.text("cancelToken") ?? ""
                stage.time = stage.time.advanced(byMilliseconds: milliseconds)
                #expect(try stage.post("/auth/email/change/cancel", ["token": cancel]).status == status)
            }
        }
    }

    private func bearer(_ answer: SignUpAnswer) throws -> [String: String] {
        ["authorization": "Bearer \(try answer.json.member("access_token").string())"]
    }

    @Test("a sign-up's key repeats its answer for 24 hours")
    func idempotencyKeys() throws {
        try withDatabase { database in
            let stage = try SignUpStage(database)
            let body = ["email": "ada@x.example", "password": SignUpStage.password]
            func signUp(after milliseconds: Int64) throws -> Int {
                stage.time = stage.time.advanced(byMilliseconds: milliseconds)
                #expect(try stage.post("/auth/signup", body, headers: ["idempotency-key": "k"]).status == 202)
                return try stage.events().count
            }
            #expect(try [signUp(after: 0), signUp(after: 86_399_999), signUp(after: 1)] == [1, 1, 2])
        }
    }
}
