import AuthKeys
import TestSupport
import Testing

@testable import AuthService

@Suite("Looking a password up with a peer")
struct BreachLookUpTests {
    private func service(_ stage: AuthStage, asking peer: ScriptedService) throws -> AuthService {
        let settings = AuthSettings(
            issuer: AuthStage.issuer, audience: AuthStage.audience, origins: [AuthStage.origin],
            breachedPasswordsURL: "http://127.0.0.1:\(peer.port)")
        let clock = stage.clock
        return AuthService(
            database: stage.session, keys: try KeyRing(document: StageKeys.document()),
            seals: SealSource { _ in AuthStage.sealingSecret }, settings: settings, passwordCost: AuthStage.cost,
            now: { clock.now })
    }

    /// The SHA-1 of the password as `printf 'correct horse battery' | sha1sum` prints it, without its first five digits.
    private static let stolen = "C62ECE399A22ED30D490EF333BE7FDE7385:3"

    @Test("somebody without account makes us ask twenty times an hour, and then not once more")
    func counted() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let peer = try ScriptedService([.answer(200, "")])
            let service = try service(stage, asking: peer)
            func signUp(_ number: Int, from address: String) throws -> Int {
                let body = #"{"email":"new\#(number)@example.com","password":"correct horse battery"}"#
                return try service.answer(StageRequest("POST", "/auth/signup", body, address: address)).status
            }
            let statuses = try (0..<25).map { try signUp($0, from: "192.0.2.7") }
            #expect(statuses == Array(repeating: 202, count: 5) + Array(repeating: 429, count: 20))
            #expect(peer.received.count == 20)
            #expect(try signUp(30, from: "198.51.100.7") == 202)
            #expect(peer.received.count == 21)
            stage.clock.advance(seconds: 3_600)
            #expect(try signUp(31, from: "192.0.2.7") == 202)
            #expect(peer.received.count == 22)
        }
    }

    @Test("a stolen password uses up no sign-up")
    func stolen() throws {
        try withDatabase { database in
            let stage = try AuthStage(database)
            let peer = try ScriptedService([.answer(200, Self.stolen)])
            let service = try service(stage, asking: peer)
            func signUp(_ password: String) throws -> StageAnswer {
                let body = #"{"email":"new@example.com","password":"\#(password)"}"#
                return try service.answer(StageRequest("POST", "/auth/signup", body))
            }
            for _ in 0..<6 { #expect(try signUp("correct horse battery").code == "weak_password") }
            #expect(try signUp("another horse battery").status == 202)
        }
    }
}
