import Codecs
package import LambdaEvents
package import StrictJSON

/// What a route answers.
///
/// Every answer forbids caching, because nearly all of them are about one person, guessing its type, and everything that
/// a browser could do with it; a route that means it otherwise says so in `headers`.
package struct APIResponse: Hashable, Sendable {
    package var status: Int
    /// Nil for an answer that never had a body.
    package var contentType: String?
    /// Further fields than the ones that every answer has (`StandardFields`), or other values for those.
    package var headers: NamedValues = [:]
    package var cookies: [String] = []
    package var body: [UInt8]

    package init(status: Int = 200, contentType: String = "application/json", body: JSONWriter) {
        self.status = status
        self.body = body.bytes
        self.contentType = contentType
    }

    /// An answer without body, 204 unless the status says otherwise.
    package init(status: Int = 204) {
        self.status = status
        body = []
    }

    /// A JSON object.
    package static func json<E: Error>(
        status: Int = 200, _ body: (inout JSONObjectWriter) throws(E) -> Void
    ) throws(E) -> APIResponse {
        APIResponse(status: status, body: try JSONWriter.object(body))
    }

    /// The answer in API Gateway's form; `requestID` is the one under which Lambda logs the invocation.
    func gatewayBytes(requestID: String) -> [UInt8] {
        // Room for the head and for a body of which every eighth byte needs an escape.
        JSONWriter.object(reserving: 768 + body.count + body.count / 8) { writer in
            writer.member("statusCode", status)
            writer.member("headers", Head(contentType: contentType, requestID: requestID, further: headers))
            if !cookies.isEmpty { writer.member("cookies", cookies) }
            if body.isEmpty { return }
            if let text = JSONUTF8(validating: body) {
                writer.member("body", text)
            } else {
                writer.member("body", Base64.encode(body))
                writer.member("isBase64Encoded", true)
            }
        }.bytes
    }
}
