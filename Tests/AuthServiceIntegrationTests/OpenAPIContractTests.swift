import AuthKeys
import Codecs
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// docs/openapi.json against the service on a real database: what it says happens, and nothing else does.
@Suite("The service answers what docs/openapi.json says")
struct OpenAPIContractTests {
    /// Cannot be brought about: it would be a mistake of ours.
    private static let internalError = (status: 500, code: "internal")

    @Test("Every documented answer of every operation can be provoked, and no other one was given")
    func contract() throws {
        try withDatabase { database in
            let replay = try OpenAPIReplay(AuthStage(database))
            try playRules(replay)
            playScenarios(replay)
            try playRefusals(replay)
            let operations = replay.document.operations.filter(\.isAuth)
            #expect(operations.count > 36)
            let documented = try Set(operations.flatMap { try replay.document.allowed($0) }).filter {
                ($0.status, $0.code) != Self.internalError
            }
            let missing = documented.subtracting(replay.observed).sorted()
            #expect(missing == [], "documented, but nothing brings it about")
            let surplus = replay.observed.subtracting(documented).sorted()
            #expect(surplus == [], "given, but not documented")
        }
    }

    private func playRules(_ replay: OpenAPIReplay) throws {
        let boss = try replay.administrator("boss@example.com")
        let person = try replay.stage.person("reader@example.com")
        let samples = OpenAPISamples(replay: replay, id: person.id.description, refreshToken: boss.refreshToken)
        try replay.playUnreadableBodies(samples, token: boss.accessToken)
        try replay.playWithoutToken(samples)
        try replay.playWrongQueries(samples, token: boss.accessToken)
        let nobody = "ada00000-0000-4000-8000-00000000dead"
        try replay.playRefusals(samples, 404, "not_found", token: boss.accessToken, below: "/admin", id: nobody)
        try replay.playRefusals(samples, 404, "not_found", token: boss.accessToken, below: "/auth/sessions", id: nobody)
        try replay.playRefusals(
            samples, 409, "conflict", token: boss.accessToken, below: "/admin", id: boss.person.id.description)
        try replay.playAdministration(boss.accessToken)
        try replay.playUnavailable(samples, token: boss.accessToken, below: "/admin")
    }

    /// One that breaks off does not hide what the others find.
    private func playScenarios(_ replay: OpenAPIReplay) {
        let scenarios = [
            replay.playOpenRoutes, replay.playSignUp, replay.playResending, replay.playForgottenPassword,
            replay.playLogin, replay.playSecondFactor, replay.playRefresh, replay.playLogout, replay.playProfile,
            replay.playDeletion, replay.playReauthentication, replay.playPasswordChange, replay.playAuthenticator,
            replay.playEmailChange, replay.playSessions,
        ]
        for play in scenarios {
            do {
                try play()
            } catch {
                Issue.record(error)
            }
        }
    }

    /// Who is not let in, and what cannot be done at the moment.
    private func playRefusals(_ replay: OpenAPIReplay) throws {
        let stage = replay.stage
        let reader = try replay.signIn(stage.person("plain@example.com"))
        let samples = OpenAPISamples(
            replay: replay, id: reader.person.id.description, refreshToken: reader.refreshToken)
        try replay.playRefusals(samples, 403, "forbidden", token: reader.accessToken)
        let governor = try replay.signIn(stage.person("governor@example.com", role: "admin"))
        try replay.playRefusals(samples, 403, "insufficient_aal", token: governor.accessToken, below: "/admin")
        for prefix in ["/.well-known", "/auth", "/health"] {
            try replay.playUnavailable(samples, token: reader.accessToken, below: prefix)
        }
        _ = try stage.addFactor(reader.person)
        try replay.playRefusals(samples, 403, "insufficient_aal", token: reader.accessToken, below: "/auth")
        let chief = try replay.administrator("chief@example.com")
        stage.clock.advance(seconds: 200)
        // An administrator's token lives no longer than its proof counts; a refreshed one tells of the same proof.
        let body = #"{"refresh_token":"\#(chief.refreshToken)"}"#
        let refreshed = try replay.expect(200, "", .post(replay, "/auth/token/refresh", body)).text("access_token")
        stage.clock.advance(seconds: 101)
        try replay.playRefusals(samples, 403, "step_up_required", token: reader.accessToken, below: "/auth")
        try replay.playRefusals(samples, 403, "step_up_required", token: refreshed, below: "/admin")
    }
}
