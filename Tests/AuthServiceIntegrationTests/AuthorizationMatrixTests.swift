import AuthKeys
import Codecs
import JSONWebToken
import LambdaRuntime
import LoyaltyService
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

@Suite("Every route and everybody")
struct AuthorizationMatrixTests {
    enum Actor: String, CaseIterable {
        case anonymous, suspended, ended, reader, creator, weakAdministrator, administrator
    }

    /// What somebody without the right is told; nil where they may do it.
    private static func refusal(_ access: MatrixRoute.Access, _ actor: Actor) -> (status: Int64, code: String)? {
        let unauthenticated: (Int64, String) = (401, "unauthenticated")
        switch (access, actor) {
        case (.everybody, _): return nil
        case (_, .anonymous): return unauthenticated
        // What the token says is enough to refuse; the database is not asked about somebody who is no administrator.
        case (.administrator, .suspended), (.administrator, .ended), (.administrator, .reader),
            (.administrator, .creator):
            return (403, "forbidden")
        case (.administrator, .weakAdministrator): return (403, "insufficient_aal")
        case (.strong, .weakAdministrator): return (403, "insufficient_aal")
        case (_, .suspended), (_, .ended): return unauthenticated
        case (_, .reader), (_, .creator), (_, .weakAdministrator), (_, .administrator): return nil
        }
    }

    @Test("H72: every route, for everybody: who may not is refused, who may is not, others' things are not there")
    func matrix() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            var number = 0
            let dispatcher = try stage.service().dispatcher
            for route in dispatcher.routes {
                let name = "\(route.method.rawValue) \(route.pattern)"
                let row = try #require(MatrixRoute.all.first { $0.name == name }, Comment(rawValue: name))
                var open: Set<Int64> = []
                for actor in Actor.allCases {
                    number += 1
                    let answer = try call(row, actor, number, stage, dispatcher.handle)
                    let place = Comment(rawValue: "\(name) as \(actor.rawValue): \(answer.status)")
                    if let refusal = Self.refusal(row.access, actor) {
                        #expect(answer.status == refusal.status, place)
                        #expect(try answer.code == refusal.code, place)
                    } else if row.access == .everybody {
                        #expect(answer.status < 500, place)
                        open.insert(answer.status)
                    } else if let ofOthers = row.ofOthers {
                        #expect(answer.status == ofOthers, place)
                    } else {
                        #expect(answer.status < 500 && ![401, 403].contains(answer.status), place)
                    }
                }
                if row.access == .everybody { #expect(open.count == 1, Comment(rawValue: name)) }
            }
        }
    }

    private func call(
        _ row: MatrixRoute, _ actor: Actor, _ number: Int, _ stage: AccountStage,
        _ handler: @escaping InvocationHandler
    ) throws -> AccountStage.Answer {
        let caller = try person(actor, "caller\(number)", stage)
        let other = try stage.person("other\(number)", level: .two, hasFactor: true)
        let id = row.pattern.utf8.starts(with: "/admin".utf8) ? other.userID : other.sessionID
        let path = row.pattern.replacing("{id}", with: id.description)
        let body = row.body?.replacing("$mail", with: "new\(number)@example.com")
        return try stage.call(
            row.method, path, body,
            headers: [("if-match", "*"), ("x-nw-client", "native"), ("x-nw-csrf", "1")],
            token: try caller.map { try stage.token($0) }, address: "198.51.100.\(number % 250 + 1)",
            on: handler)
    }

    private func person(_ actor: Actor, _ name: String, _ stage: AccountStage) throws -> AccountPerson? {
        switch actor {
        case .anonymous: return nil
        case .suspended: return try stage.person(name, status: "suspended")
        case .ended:
            let person = try stage.person(name)
            try stage.database.connect().execute(
                "update auth.sessions set revoked_at = \(stage.clock.now) where session_id = \(person.sessionID)")
            return person
        case .reader: return try stage.person(name)
        case .creator: return try stage.person(name, role: "creator")
        case .weakAdministrator: return try stage.person(name, role: "admin", level: .one, hasFactor: true)
        case .administrator: return try stage.person(name, role: "admin", level: .two, hasFactor: true)
        }
    }

    @Test(
        "A18: after a suspension or the end of its session a token still reads elsewhere until it expires, never here")
    func revokedToken() throws {
        try withDatabase { database in
            let stage = AccountStage(database)
            let published = try stage.snapshot.published
            let gate = TokenGate(
                issuer: AccountStage.issuer, audience: AccountStage.audience, now: { stage.clock.now },
                keys: { _ in published })
            let session = Database(try database.configuration(as: "nerdwork_loyalty"))
            let loyalty = LoyaltyService(database: session, gate: gate, now: { stage.clock.now }).dispatcher.handle
            let ended: [SQL] = [
                "update auth.users set status = 'suspended'",
                "update auth.sessions set revoked_at = \(stage.clock.now)",
            ]
            for (index, end) in ended.enumerated() {
                let token = try stage.token(stage.person("ada\(index)"))
                #expect(try stage.call("GET", "/auth/profile", token: token).status == 200)
                try database.connect().execute(end)
                #expect(try stage.call("GET", "/auth/profile", token: token).status == 401)
                #expect(try stage.call("GET", "/loyalty/me", token: token, on: loyalty).status == 200)
                stage.clock.advance(seconds: 310)
                #expect(try stage.call("GET", "/loyalty/me", token: token, on: loyalty).status == 401)
            }
        }
    }
}
