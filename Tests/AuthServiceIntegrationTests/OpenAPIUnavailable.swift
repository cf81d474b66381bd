import AuthKeys
import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// What fails in the stages below.
enum StageFailure: CaseIterable {
    case database, keys, seal

    struct Down: Error {}
}

extension AuthStage {
    /// The same service with something missing; what is missing fails at once.
    func service(without failure: StageFailure) throws -> AuthService {
        let variables = ["PGHOST": "/nonexistent", "PGDATABASE": "x", "PGUSER": "x"]
        let nowhere = Database(try ConnectionConfiguration(environment: { variables[$0] }))
        let clock = clock
        return AuthService(
            database: failure == .database ? nowhere : session,
            keys: failure == .keys
                ? KeyRing(secret: { _ in throw StageFailure.Down() }) : try KeyRing(document: StageKeys.document()),
            seals: SealSource { _ in
                guard failure != .seal else { throw StageFailure.Down() }
                return AuthStage.sealingSecret
            },
            settings: AuthSettings(issuer: Self.issuer, audience: Self.audience, origins: [Self.origin]),
            passwordCost: Self.cost, now: { clock.now })
    }
}

extension OpenAPIReplay {
    /// Every operation that says so is 503 without the database or without keys, whoever asks.
    func playUnavailable(_ samples: OpenAPISamples, token: String, below prefix: String) throws {
        for failure in [StageFailure.database, .keys] {
            let service = try stage.service(without: failure)
            for operation in document.operations where operation.isAuth && operation.path.hasPrefix(prefix) {
                let request = samples.request(operation, token: token)
                let answer = try play(request, on: service)
                let isAlways = ["/.well-known", "/health"].contains { operation.path.hasPrefix($0) }
                if !isAlways {
                    #expect(answer.status == 503, "\(operation.name) without \(failure) is \(answer.status)")
                }
            }
        }
    }
}

extension AuthService {
    func answer(_ request: StageRequest) throws -> StageAnswer {
        let context = InvocationContext(requestID: "request-\(request.path)", deadline: StageDeadline.inOneMinute)
        return try StageAnswer(dispatcher.handle(request.payload, context))
    }
}

extension StageDeadline {
    /// Of an invocation that has so little time left.
    static func `in`(milliseconds: Int64) -> Timestamp {
        Timestamp(millisecondsSince1970: SystemTime.now + milliseconds)
    }
}
