import StrictJSON
import TestSupport
import Testing

/// docs/openapi.json as the measure of every answer.
enum OpenAPIContract {
    private static let made = Result { try OpenAPIDocument() }

    static func document() throws -> OpenAPIDocument { try made.get() }

    /// Records an issue where the document does not allow the answer; nil where the request is for no operation of it.
    ///
    /// What it finds out is not repeated for each test, so that every test may ask.
    @discardableResult
    static func verify(
        _ method: String, _ path: String, _ answer: StageAnswer
    ) throws -> OpenAPIDocument.Observation? {
        let document = try document()
        guard let operation = document.operation(method, path) else { return nil }
        let observation = OpenAPIDocument.Observation(
            operation: operation.name, status: answer.status,
            code: answer.status < 400 ? "" : (answer.code ?? "without code"))
        guard try document.allowed(operation).contains(observation) else {
            Issue.record("docs/openapi.json does not have: \(observation)")
            return observation
        }
        for complaint in try complaints(answer, operation, document) {
            Issue.record("\(observation): \(complaint)")
        }
        return observation
    }

    /// What the document says otherwise about the answer's type, fields and body.
    private static func complaints(
        _ answer: StageAnswer, _ operation: OpenAPIDocument.Operation, _ document: OpenAPIDocument
    ) throws -> [String] {
        guard let response = operation.responses[answer.status] else { return ["no such status"] }
        var found: [String] = []
        if answer.headers["x-request-id"] == nil { found.append("no x-request-id") }
        if let challenge = response["headers"]?["www-authenticate"], challenge.kind == .object,
            answer.code == "unauthenticated",
            answer.headers["www-authenticate"] == nil
        {
            found.append("no www-authenticate")
        }
        if [429, 503].contains(answer.status), answer.headers["retry-after"] == nil { found.append("no retry-after") }
        let content = try response.optional("content")?.members.map { $0 } ?? []
        guard !answer.body.isEmpty else { return content.isEmpty ? found : found + ["no body"] }
        let type = answer.headers["content-type"] ?? ""
        guard let media = content.first(where: { $0.name == type })?.value else { return found + ["type \(type)"] }
        return try found + OpenAPISchema(root: document.root).complaints(answer.json(), media.member("schema"))
    }
}
