import Codecs
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import AuthService

/// Plays requests against the service, compares each answer with docs/openapi.json, and remembers which ones there were.
final class OpenAPIReplay {
    let stage: AuthStage
    let document: OpenAPIDocument
    private(set) var observed: Set<OpenAPIDocument.Observation> = []
    private var addresses = 0

    init(_ stage: AuthStage) throws {
        self.stage = stage
        document = try OpenAPIContract.document()
    }

    /// An address that no limit has counted yet.
    func freshAddress() -> String {
        addresses += 1
        return "198.51.\(addresses / 250).\(addresses % 250 + 1)"
    }

    /// Plays a request, on the stage or on another service.
    @discardableResult
    func play(_ request: StageRequest, on other: AuthService? = nil) throws -> StageAnswer {
        let answer = try other.map { try $0.answer(request) } ?? stage.call(request)
        if let observation = try OpenAPIContract.verify(request.method, request.path, answer) {
            observed.insert(observation)
        }
        return answer
    }

    /// Plays a request that must be answered so.
    @discardableResult
    func expect(
        _ status: Int, _ code: String = "", _ request: StageRequest, location: SourceLocation = #_sourceLocation
    ) throws -> StageAnswer {
        let answer = try play(request)
        let isExpected = answer.status == status && (status < 400 || answer.code == code)
        #expect(
            isExpected,
            "\(request.method) \(request.path) is \(answer.status) \(answer.code ?? "") and not \(status) \(code)",
            sourceLocation: location)
        return answer
    }

    /// Repeats a request until it is answered 429, at most so many times.
    func throttle(
        _ attempts: Int, location: SourceLocation = #_sourceLocation, _ request: () throws -> StageRequest
    ) throws {
        for _ in 0..<attempts where try play(request()).status == 429 { return }
        Issue.record("no 429 in \(attempts) attempts", sourceLocation: location)
    }
}

extension StageRequest {
    /// A request of an application, from an address of its own.
    static func native(
        _ replay: OpenAPIReplay, _ method: String, _ path: String, _ body: String? = nil, token: String? = nil,
        fields: [String: String] = [:]
    ) -> StageRequest {
        var request = StageRequest(method, path, body, native: true, token: token, address: replay.freshAddress())
        request.headers.merge(fields) { $1 }
        return request
    }

    static func post(
        _ replay: OpenAPIReplay, _ path: String, _ body: String? = nil, token: String? = nil,
        fields: [String: String] = [:]
    ) -> StageRequest {
        .native(replay, "POST", path, body, token: token, fields: fields)
    }
}
