import Codecs
import Platform
import ServiceKit
import StrictJSON

enum StageDeadline {
    /// That of an invocation that begins now.
    static var inOneMinute: Timestamp { SystemClock.now().advanced(byMilliseconds: 60_000) }
}

/// A request, with what a browser of ours sends unless a test says otherwise.
struct StageRequest {
    var method = "POST"
    var path: String
    var query = ""
    var body: [UInt8]?
    var headers: [String: String] = [:]
    var cookies: [String] = []
    var address = "192.0.2.1"

    /// What a page of ours sends: type, origin and the field that no form can send.
    static let browser = [
        "content-type": "application/json", "origin": AuthStage.origin, "x-nw-csrf": "1",
        "user-agent": "Mozilla/5.0 (test)",
    ]
    /// What an application sends.
    static let native = ["content-type": "application/json", "x-nw-client": "native"]

    /// - Parameter token: an access token
    init(
        _ method: String = "POST", _ path: String, _ body: String? = nil, native: Bool = false,
        cookies: [String] = [], token: String? = nil, address: String = "192.0.2.1"
    ) {
        self.method = method
        self.path = path
        self.body = body.map { Array($0.utf8) }
        self.cookies = cookies
        self.address = address
        headers = native ? Self.native : Self.browser
        if let token { headers["authorization"] = "Bearer \(token)" }
    }

    var payload: [UInt8] {
        JSONWriter.object { request in
            request.member("version", "2.0")
            request.member("routeKey", "$default")
            request.member("rawPath", path)
            request.member("rawQueryString", query)
            if !cookies.isEmpty { request.member("cookies", cookies) }
            request.member("headers") { writer in
                for (name, value) in headers { writer.member(name, value) }
            }
            request.member("requestContext") { context in
                context.member("http") { http in
                    http.member("method", method)
                    http.member("path", path)
                    http.member("protocol", "HTTP/1.1")
                    http.member("sourceIp", address)
                    http.member("userAgent", headers["user-agent"] ?? "")
                }
                context.member("requestId", "id")
                context.member("stage", "$default")
                context.member("timeEpoch", AuthClock.noon.millisecondsSince1970)
            }
            if let body { request.member("body", Base64.encode(body)) }
            request.member("isBase64Encoded", body != nil)
        }.bytes
    }
}

/// An answer as API Gateway gets it.
struct StageAnswer {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    /// Each whole field.
    let setCookies: [String]
    let body: [UInt8]

    init(_ payload: [UInt8]) throws {
        let root = try JSONDocument(parsing: payload).root
        status = Int(try root.member("statusCode").integer())
        var headers: [String: String] = [:]
        for (name, value) in try root.member("headers").members { headers[name] = try value.string() }
        self.headers = headers
        setCookies = try root["cookies"]?.elements.map { try $0.string() } ?? []
        body = try root["body"].map { Array(try $0.string().utf8) } ?? []
    }

    /// The body, which must be JSON.
    func json() throws -> JSONValue { try JSONDocument(parsing: body).root }

    /// A problem's `code`; nil where the body is none.
    var code: String? { try? json().member("code").string() }

    /// The text of a member of the body, whose path has dots.
    func text(_ path: String) throws -> String {
        var value = try json()
        for name in path.split(separator: ".") { value = try value.member(String(name)) }
        return try value.string()
    }

    /// The value of a cookie that is set; nil where it is not.
    func cookie(_ name: String) -> String? {
        let prefix = name + "="
        guard let field = setCookies.first(where: { $0.hasPrefix(prefix) }) else { return nil }
        return field.dropFirst(prefix.count).split(separator: ";", omittingEmptySubsequences: false).first.map(
            String.init)
    }

    /// `name=value`, as the browser sends it back.
    func returned(_ name: String) -> String { "\(name)=\(cookie(name) ?? "")" }
}
