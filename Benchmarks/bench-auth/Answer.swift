import LambdaEvents
import StrictJSON

/// What a route answered.
struct Answer {
    let status: Int
    let body: [UInt8]

    init(_ answer: [UInt8]) throws {
        let response = try APIGatewayResponse(json: JSONDocument(parsing: answer).root)
        status = response.statusCode
        body = response.bodyBytes
    }

    /// A text of the body, which must come with status 200.
    func text(_ name: String) throws -> String {
        guard status == 200 else {
            throw UsageError(words: "status \(status): \(String(decoding: body, as: UTF8.self))")
        }
        return try JSONDocument(parsing: body).root.member(name).string()
    }
}
