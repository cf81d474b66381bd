import AWSSignature
import Codecs
import HTTPTransport
import Platform
import TestSupport

/// One request to moto, signed by hand, so that a test can change it between signing and sending.
struct MotoCall {
    var request: SignableRequest
    let scope: SigningScope
    let port: UInt16

    init(
        _ server: MotoServer, service: String, method: HTTPRequest.Method = .post, path: String = "/",
        query: String = "", headers: [(name: String, value: String)] = [], body: String = ""
    ) {
        request = SignableRequest(
            method: method.rawValue, host: "127.0.0.1:\(server.port)", path: path, query: query, headers: headers,
            payload: .bytes(Array(body.utf8)))
        scope = SigningScope(region: "eu-west-1", service: service)
        port = server.port
    }

    /// A call of a service with the query protocol (IAM, STS).
    static func form(
        _ server: MotoServer, service: String, version: String, _ action: String, _ parameters: [(String, String)]
    ) -> MotoCall {
        let fields = [("Action", action), ("Version", version)] + parameters
        return MotoCall(
            server, service: service,
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")],
            body: fields.map { "\($0.0)=\(PercentEncoding.encode($0.1))" }.joined(separator: "&"))
    }

    /// A call of a service with the JSON protocol.
    static func json(_ server: MotoServer, service: String, target: String, _ body: String) -> MotoCall {
        MotoCall(
            server, service: service,
            headers: [("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", target)], body: body)
    }

    /// Signs the request as it is now.
    mutating func sign(_ credentials: AWSCredentials, at time: Timestamp = SystemClock.now()) throws {
        request.headers += try AWSSignature.headers(for: request, scope: scope, credentials: credentials, at: time)
    }

    /// Sends the request as it is now, signed or not.
    func send() throws -> HTTPResponse {
        let target = request.query.isEmpty ? request.path : "\(request.path)?\(request.query)"
        var body: [UInt8] = []
        if case .bytes(let bytes) = request.payload { body = bytes }
        let method = HTTPRequest.Method(rawValue: request.method) ?? .post
        return try HTTPConnection(.init(userAgent: "nerdwork-test")).perform(
            HTTPRequest(
                method, "http://127.0.0.1:\(port)/", target: target, headers: HTTPHeaderList(request.headers),
                body: body, timeoutMilliseconds: 60_000))
    }

    /// Signs and sends.
    func signedAndSent(_ credentials: AWSCredentials) throws -> HTTPResponse {
        var call = self
        try call.sign(credentials)
        return try call.send()
    }
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }

    /// What stands in the first element of that name of an XML answer.
    func element(_ name: String) throws -> String {
        guard let value = text.split(separator: "<\(name)>").dropFirst().first?.split(separator: "</\(name)>").first
        else { throw HarnessError("moto's answer has no \(name): \(status) \(text)") }
        return String(value)
    }
}
