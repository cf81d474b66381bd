import AuthKeys
import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("When something that the service needs is away")
struct UnavailableTests {
    @Test("I78: without database, keys or seal nobody is let in and nobody is told that a password is wrong")
    func failsClosed() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let person = try stage.person("ada@example.com")
            let refreshToken = try stage.login(person, native: true).text("refresh_token")
            for failure in [StageFailure.database, .keys] {
                let service = try stage.service(without: failure)
                for password in [person.password, "a wrong horse battery"] {
                    let body = #"{"email":"\#(person.email)","password":"\#(password)"}"#
                    let answer = try service.answer(StageRequest("POST", "/auth/login", body))
                    #expect(answer.status == 503 && answer.code == "unavailable", "\(failure)")
                    #expect(answer.setCookies.isEmpty && answer.headers["retry-after"] != nil)
                }
                let refresh = StageRequest(
                    "POST", "/auth/token/refresh", #"{"refresh_token":"\#(refreshToken)"}"#, native: true)
                #expect(try service.answer(refresh).status == 503, "\(failure)")
            }
        }
    }

    @Test("I78: where a mail cannot be sealed, nothing is written and the sign-up is 503")
    func withoutSeal() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let service = try stage.service(without: .seal)
            let body = #"{"email":"new@example.com","password":"correct horse battery"}"#
            let answer = try service.answer(StageRequest("POST", "/auth/signup", body))
            #expect(answer.status == 503 && answer.code == "unavailable")
            #expect(try stage.value("select count(*) as value from auth.pending_signups", as: Int64.self) == 0)
            #expect(try stage.value("select count(*) as value from outbox.events", as: Int64.self) == 0)
        }
    }

    @Test("I78: an answer of the database that does not come ends before the invocation does, with 503")
    func stalledDatabase() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let person = try stage.person("ada@example.com")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let slow = try AuthStage(database, clock: stage.clock, through: proxy)
            for side in [FaultProxy.Side.client, .server] {
                proxy.arm(.stall(side, after: 0))
                let body = #"{"email":"\#(person.email)","password":"\#(person.password)"}"#
                let context = InvocationContext(requestID: "r", deadline: StageDeadline.in(milliseconds: 2_000))
                let request = StageRequest("POST", "/auth/login", body)
                let answer = try StageAnswer(slow.service.dispatcher.handle(request.payload, context))
                #expect(answer.status == 503 && answer.code == "unavailable")
            }
        }
    }

    @Test("I78: signing up works where nobody answers which passwords are known")
    func withoutBreachedPasswords() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let settings = AuthSettings(
                issuer: AuthStage.issuer, audience: AuthStage.audience, origins: [AuthStage.origin],
                breachedPasswordsURL: "http://127.0.0.1:1")
            let clock = stage.clock
            let service = AuthService(
                database: stage.session, keys: try KeyRing(document: StageKeys.document()),
                seals: SealSource { _ in AuthStage.sealingSecret }, settings: settings, passwordCost: AuthStage.cost,
                now: { clock.now })
            let body = #"{"email":"new@example.com","password":"correct horse battery"}"#
            #expect(try service.answer(StageRequest("POST", "/auth/signup", body)).status == 202)
        }
    }
}
