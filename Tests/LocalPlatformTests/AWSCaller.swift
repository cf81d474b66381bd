internal import AWSSignature
internal import HTTPTransport
internal import Platform
import Testing

@testable internal import LocalPlatform

/// Calls the local AWS as a function's process does, and may do so wrongly.
final class AWSCaller {
    /// A call before it is signed and sent; tests spoil it.
    struct Call {
        var method = HTTPRequest.Method.post
        var path = "/"
        var target: String?
        var service: String
        var region = "us-east-1"
        var body: String

        static func sendEmail(_ body: String) -> Call {
            Call(path: "/v2/email/outbound-emails", service: "ses", body: body)
        }

        static func putEvents(_ body: String) -> Call {
            Call(target: "AWSEvents.PutEvents", service: "events", body: body)
        }

        static func putSecretValue(_ body: String) -> Call {
            Call(target: "secretsmanager.PutSecretValue", service: "secretsmanager", body: body)
        }

        static func putObject(_ path: String, _ body: String) -> Call {
            Call(method: .put, path: path, service: "s3", body: body)
        }

        static func secretValue(_ body: String) -> Call {
            Call(target: "secretsmanager.GetSecretValue", service: "secretsmanager", body: body)
        }
    }

    struct Answer {
        let status: Int
        /// The name of the error, wherever the protocol has it.
        let error: String?
        let body: JSONTree
    }

    let access: AWSAccess
    private let connection = HTTPConnection(.init(userAgent: "test"))

    init(_ access: AWSAccess) {
        self.access = access
    }

    /// Signs and sends; what is sent may be other than what was signed.
    func send(_ call: Call, as credentials: AWSCredentials? = nil, sending sent: String? = nil) throws -> Answer {
        let url = try #require(access.endpointURL)
        let fields = Self.fields(call)
        let request = SignableRequest(
            method: call.method.rawValue, host: String(url.dropFirst(7)), path: call.path, headers: fields,
            payload: .bytes(Array(call.body.utf8)))
        let signature = try AWSSignature.headers(
            for: request, scope: SigningScope(region: call.region, service: call.service),
            credentials: credentials ?? access.credentials, at: SystemClock.now())
        return try perform(call, fields + signature, sent ?? call.body)
    }

    func sendUnsigned(_ call: Call) throws -> Answer {
        try perform(call, Self.fields(call), call.body)
    }

    private func perform(_ call: Call, _ fields: [(name: String, value: String)], _ body: String) throws -> Answer {
        let url = try #require(access.endpointURL)
        let response = try connection.perform(
            HTTPRequest(
                call.method, url + call.path, headers: HTTPHeaderList(fields), body: Array(body.utf8),
                timeoutMilliseconds: 20_000))
        let tree = (try? JSONTree(parsing: response.body)) ?? .null
        return Answer(
            status: response.status, error: tree["__type"]?.text ?? response.header("x-amzn-ErrorType"), body: tree)
    }

    private static func fields(_ call: Call) -> [(name: String, value: String)] {
        let type = call.target == nil ? "application/json" : "application/x-amz-json-1.1"
        return [("Content-Type", type)] + (call.target.map { [("X-Amz-Target", $0)] } ?? [])
    }
}
