import Codecs
import JSONWebToken
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("Whom a route lets in")
struct TokenTests {
    @Test("A17: one form of the field is read; every other is the same 401")
    func forms() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let token = try TestTokens.token(for: LoyaltyHarness.ada, at: LoyaltyHarness.noon)
            #expect(try loyalty.get("/loyalty/me", authorization: "Bearer \(token)").status == 200)
            let wrong = [
                "bearer \(token)", "BEARER \(token)", "Bearer  \(token)", "Bearer\t\(token)", " Bearer \(token)",
                "Bearer \(token) ", "Bearer\(token)", token, "Bearer", "Bearer ", "", "Basic \(token)",
                "Token \(token)",
                "Bearer \(token),Bearer \(token)", "Bearer \(token), Bearer \(token)", "Bearer \(token)\r\nx: y",
                "Bearer token=\"\(token)\"", "Ｂearer \(token)", "Bearer \u{A0}\(token)",
            ]
            for field in wrong {
                let (status, body) = try loyalty.get("/loyalty/me", authorization: field)
                #expect(status == 401, "\(field.prefix(12))")
                #expect(try body.member("code").string() == "unauthenticated")
            }
            #expect(try loyalty.get("/loyalty/me", authorization: nil).status == 401)
            let query = "access_token=\(token)"
            #expect(try loyalty.get("/loyalty/me", query: query, authorization: nil).status == 401)
        }
    }

    @Test("The token says who calls, not the authorizer; nobody else's and no expired one passes")
    func callers() throws {
        try withDatabase { database in
            let loyalty = try LoyaltyHarness(database)
            let body = try loyalty.get("/loyalty/me").body
            #expect(try body.member("userId").string() == LoyaltyHarness.reader)
            let keys = try TestTokens.keys()
            let other = TestTokens.claims(of: LoyaltyHarness.ada, at: LoyaltyHarness.noon, audience: "other")
            let old = TestTokens.claims(
                of: LoyaltyHarness.ada, at: LoyaltyHarness.noon.advanced(byMilliseconds: -603_000))
            for claims in [other, old] {
                let token = try claims.signed(by: keys.key, kid: keys.kid)
                #expect(try loyalty.get("/loyalty/me", authorization: "Bearer \(token)").status == 401)
            }
        }
    }

    @Test("A19: keys are read once in five minutes, whatever kid comes; then a revoked one is refused")
    func keys() throws {
        try withDatabase { database in
            try TestTokens.publish(in: database)
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let session = Database(proxy.through(try database.configuration(as: "nerdwork_loyalty")))
            let clock = Clock()
            let published = PublishedKeys(session, now: { clock.now })
            let context = InvocationContext(requestID: "request", deadline: SystemTime.inOneMinute)
            let kid = try TestTokens.keys().kid
            #expect(try published.current(context).key(kid.utf8) != nil)
            try TestTokens.publish(in: database, state: "revoked")
            proxy.arm(nil)
            clock.now = LoyaltyHarness.noon.advanced(byMilliseconds: PublishedKeys.lifetimeMilliseconds - 1)
            #expect(try published.current(context).key("unknown".utf8) == nil)
            #expect(try published.current(context).key(kid.utf8) != nil)
            #expect(proxy.roundTrips == 0)
            clock.now = LoyaltyHarness.noon.advanced(byMilliseconds: PublishedKeys.lifetimeMilliseconds)
            // The only key is gone: without keys nobody is let in.
            let problem = #expect(throws: Problem.self) { try published.current(context) }
            #expect(problem?.status == 503)
        }
    }

    private final class Clock {
        var now = LoyaltyHarness.noon
    }
}
