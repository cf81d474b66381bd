import AWSSignature
import Codecs
import Testing

@Suite("What cannot be signed")
struct LimitsTests {
    struct Refused: Sendable, CustomStringConvertible {
        let description: String
        let error: SignatureError
        var request = SignableRequest(method: "GET", host: "example.amazonaws.com")
        var scope = SigningScope(region: "us-east-1", service: "service")
        var credentials = AWSCredentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "secret")

        init(_ description: String, _ error: SignatureError, _ apply: (inout Refused) -> Void) {
            self.description = description
            self.error = error
            apply(&self)
        }
    }

    private static func text(_ count: Int) -> String { String(repeating: "A", count: count) }

    static let refused = [
        Refused("no method", .malformed(.method)) { $0.request.method = "" },
        Refused("a method in small letters", .malformed(.method)) { $0.request.method = "get" },
        Refused("a long method", .tooLong(.method)) { $0.request.method = text(17) },
        Refused("no host", .malformed(.host)) { $0.request.host = "" },
        Refused("a host with a line feed", .malformed(.host)) { $0.request.host = "a\r\nb" },
        Refused("a long host", .tooLong(.host)) { $0.request.host = text(513) },
        Refused("a long path", .tooLong(.path)) { $0.request.path = text(8_193) },
        Refused("a long query", .tooLong(.query)) { $0.request.query = text(32_769) },
        Refused("many fields", .tooLong(.headers)) { $0.request.headers = Array(repeating: ("a", ""), count: 101) },
        Refused("a long field", .tooLong(.headers)) { $0.request.headers = [("a", text(65_536))] },
        Refused("a field without a name", .malformed(.headers)) { $0.request.headers = [("", "a")] },
        Refused("a field's name with a colon", .malformed(.headers)) { $0.request.headers = [("a:b", "a")] },
        Refused("a long body", .tooLong(.payload)) {
            $0.request.payload = .bytes(.init(repeating: 0, count: 16_777_217))
        },
        Refused("no region", .malformed(.scope)) { $0.scope = SigningScope(region: "", service: "ses") },
        Refused("a region with a slash", .malformed(.scope)) { $0.scope = SigningScope(region: "a/b", service: "ses") },
        Refused("a long service", .tooLong(.scope)) { $0.scope = SigningScope(region: "a", service: text(65)) },
        Refused("no key", .malformed(.credentials)) {
            $0.credentials = AWSCredentials(accessKeyID: "", secretAccessKey: "secret")
        },
        Refused("a key with a slash", .malformed(.credentials)) {
            $0.credentials = AWSCredentials(accessKeyID: "a/b", secretAccessKey: "secret")
        },
        Refused("no secret", .malformed(.credentials)) {
            $0.credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "")
        },
        Refused("a token with a line feed", .malformed(.credentials)) {
            $0.credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "secret", sessionToken: "a\r\nb")
        },
        Refused("a long token", .tooLong(.credentials)) {
            $0.credentials = AWSCredentials(
                accessKeyID: "AKID", secretAccessKey: "secret", sessionToken: text(16_385))
        },
    ]

    @Test("is refused, and the error names the part", arguments: refused)
    func refusal(refused: Refused) {
        let time = Timestamp(millisecondsSince1970: 0)
        #expect(throws: refused.error) {
            try AWSSignature.headers(
                for: refused.request, scope: refused.scope, credentials: refused.credentials, at: time)
        }
        #expect(throws: refused.error) {
            try AWSSignature.presignedQuery(
                for: refused.request, scope: refused.scope, credentials: refused.credentials, lasting: 1, at: time)
        }
    }

    @Test("is a lifetime of less than a second or more than a week", arguments: [-1, 0, 604_801, .max])
    func lifetimes(seconds: Int) {
        #expect(throws: SignatureError.malformed(.lifetime)) {
            try AWSSignature.presignedQuery(
                for: SignableRequest(method: "GET", host: "a"), scope: SigningScope(region: "a", service: "b"),
                credentials: AWSCredentials(accessKeyID: "a", secretAccessKey: "b"), lasting: seconds,
                at: Timestamp(millisecondsSince1970: 0))
        }
    }

    @Test(
        "is a token for a database without a host or a user",
        arguments: [("", "u"), ("h:1", "u"), ("h/", "u"), ("h", "")])
    func databaseTokens(host: String, user: String) {
        #expect(throws: SignatureError.self) {
            try RDSAuthToken.make(
                host: host, port: 5432, region: "eu-west-1", user: user,
                credentials: AWSCredentials(accessKeyID: "a", secretAccessKey: "b"),
                at: Timestamp(millisecondsSince1970: 0))
        }
    }
}
