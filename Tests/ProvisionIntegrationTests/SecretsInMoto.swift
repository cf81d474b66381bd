import Codecs
import HTTPTransport
import StrictJSON
import TestSupport

/// Calls of moto's Secrets Manager that others make than `provision`.
enum SecretsInMoto {
    @discardableResult
    static func call(_ moto: MotoServer, _ action: String, _ body: String) throws -> JSONValue {
        let scope = "Credential=test/20260101/eu-west-1/secretsmanager/aws4_request"
        let fields = [
            ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "secretsmanager.\(action)"),
            ("Authorization", "AWS4-HMAC-SHA256 \(scope), SignedHeaders=host, Signature=0"),
        ]
        let answer = try HTTPConnection(.init(userAgent: "nerdwork-test")).perform(
            HTTPRequest(
                .post, moto.url + "/", headers: HTTPHeaderList(fields.map { (name: $0.0, value: $0.1) }),
                body: Array(body.utf8), timeoutMilliseconds: 60_000))
        return try JSONDocument(parsing: answer.body).root
    }

    /// `RotateSecret` makes the version at AWSPENDING, and then misses the function, which moto would run in a container.
    static func beginRotation(of secret: String, _ moto: MotoServer) throws -> String {
        let token = UUID(high: 0x5EC2E7, low: .random(in: .min ... .max)).description
        let missing = "arn:aws:lambda:eu-west-1:123456789012:function:none"
        try call(
            moto, "RotateSecret",
            """
            {"SecretId":"\(secret)","ClientRequestToken":"\(token)","RotationLambdaARN":"\(missing)",
            "RotationRules":{"AutomaticallyAfterDays":30}}
            """)
        return token
    }
}
