import Codecs
package import StrictJSON

/// The answer to an API Gateway HTTP API request, payload format 2.0.
package struct APIGatewayResponse: Hashable, Sendable {
    /// What follows the header.
    package enum Body: Hashable, Sendable {
        case none
        case text(String)
        /// Sent as base64, so that it arrives byte for byte.
        case bytes([UInt8])
    }

    package var statusCode: Int
    package var headers: NamedValues
    /// Each becomes a `set-cookie` field.
    package var cookies: [String]
    package var body: Body

    package init(statusCode: Int, headers: NamedValues = [:], cookies: [String] = [], body: Body = .none) {
        self.statusCode = statusCode
        self.headers = headers
        self.cookies = cookies
        self.body = body
    }

    /// Reads a function's answer as API Gateway does.
    ///
    /// Without `statusCode` the whole answer is the body of a 200 of type `application/json`. A body that is no valid
    /// base64 though it says so is `.range`.
    package init(json: JSONValue) throws(JSONError) {
        guard json["statusCode"] != nil else {
            self.init(
                statusCode: 200, headers: ["content-type": "application/json"],
                body: .text(String(decoding: json.rawBytes, as: UTF8.self)))
            return
        }
        self.init(statusCode: Int(try json.member("statusCode").integer(in: 100...599)))
        headers = try json.named("headers")
        cookies = try json.texts("cookies")
        guard let text = try json.optional("body") else { return }
        let content = try text.string(maximumBytes: .max, allowsNUL: true)
        if try json.optional("isBase64Encoded")?.bool() == true {
            guard let bytes = Base64.decode(content.utf8) else { throw text.error(.range) }
            body = .bytes(bytes)
        } else {
            body = .text(content)
        }
    }

    /// The body as bytes, whichever form it has.
    package var bodyBytes: [UInt8] {
        switch body {
        case .none: []
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }
}

extension APIGatewayResponse: JSONWritable {
    package func writeJSON(to output: inout [UInt8]) {
        JSONWriter.object(into: &output) { writer in
            writer.member("statusCode", statusCode)
            writer.member("headers", headers)
            if !cookies.isEmpty { writer.member("cookies", cookies) }
            switch body {
            case .none: break
            case .text(let text): writer.member("body", text)
            case .bytes(let bytes): writer.member("body", Base64.encode(bytes))
            }
            if case .bytes = body { writer.member("isBase64Encoded", true) }
        }
    }
}
