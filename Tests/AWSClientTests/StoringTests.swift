import StrictJSON
import TestSupport
import Testing

@testable import AWSClient

@Suite("The calls that store")
struct StoringTests {
    private let object = StoredObject(
        key: ".well-known/jwks.json", contentType: "application/json", cacheControl: "public, max-age=600",
        body: Array("{}".utf8))

    private func bucket(_ name: String = "nerdwork-keys") throws -> Bucket { try #require(Bucket(name)) }

    @Test("PutSecretValue posts what the API reference shows, the same token in every attempt")
    func secret() throws {
        let service = try ScriptedService([
            .answer(500, #"{"__type":"InternalServiceError"}"#), .cut(.everything),
            .answer(200, #"{"ARN":"arn:aws:a","Name":"a","VersionId":"v","VersionStages":["AWSCURRENT"]}"#),
        ])
        let token = String(repeating: "t", count: 32)
        try client(service).putSecretValue("arn:aws:a", Array(#"{"a":"ü"}"#.utf8), token: token, call: AWSCall())
        #expect(service.received.count == 3)
        for request in service.received {
            #expect(request.target == "POST / HTTP/1.1")
            #expect(request.field("X-Amz-Target") == "secretsmanager.PutSecretValue")
            #expect(
                request.text
                    == #"{"SecretId":"arn:aws:a","SecretString":"{\"a\":\"ü\"}","ClientRequestToken":"\#(token)"}"#)
        }
    }

    @Test("PutObject puts the body, with its fields signed, and reads nothing of the answer")
    func put() throws {
        let service = try ScriptedService([.answer(200, [("ETag", "\"x\"")], "")])
        try client(service).putObject(object, into: bucket(), call: AWSCall())
        let request = try #require(service.received.first)
        #expect(request.target == "PUT /nerdwork-keys/.well-known/jwks.json HTTP/1.1")
        #expect(request.field("Content-Type") == "application/json")
        #expect(request.field("Cache-Control") == "public, max-age=600")
        // SHA-256 of `{}`.
        #expect(
            request.field("X-Amz-Content-Sha256")
                == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
        let authorization = try #require(request.field("Authorization"))
        #expect(authorization.contains("/eu-west-1/s3/aws4_request"))
        #expect(
            authorization.contains("SignedHeaders=cache-control;content-type;host;x-amz-content-sha256;x-amz-date,"))
        #expect(request.text == "{}")
    }

    @Test("S3's refusals are named as its XML names them, and what may pass is tried again")
    func errors() throws {
        func xml(_ code: String) -> String {
            #"<?xml version="1.0" encoding="UTF-8"?>\#n<Error><Code>\#(code)</Code><Message>x</Message></Error>"#
        }
        let refusing = try ScriptedService([.answer(403, xml("AccessDenied"))])
        let error = #expect(throws: AWSError.self) {
            try client(refusing).putObject(object, into: bucket(), call: AWSCall())
        }
        #expect(error?.serviceCode == "AccessDenied" && error?.code == .credentials && refusing.received.count == 1)
        let slow = try ScriptedService([
            .answer(503, xml("SlowDown")), .answer(500, xml("InternalError")), .answer(200, ""),
        ])
        try client(slow).putObject(object, into: bucket(), call: AWSCall())
        #expect(slow.received.count == 3)
        let odd = try ScriptedService([.answer(400, "<Error><Code>a b\u{7}</Code></Error>")])
        let unnamed = #expect(throws: AWSError.self) {
            try client(odd).putObject(object, into: bucket(), call: AWSCall())
        }
        #expect(unnamed?.serviceCode == nil && unnamed?.code == .rejected)
    }

    @Test("an object that must be new says so, with its checksum, and is not sent twice by itself")
    func newObject() throws {
        var object = object
        object.mustBeNew = true
        let service = try ScriptedService([.answer(200, ""), .answer(500, "")])
        try client(service).putObject(object, into: bucket(), call: AWSCall())
        let request = try #require(service.received.first)
        #expect(request.field("If-None-Match") == "*")
        // printf '{}' | openssl dgst -sha256 -binary | base64
        #expect(request.field("X-Amz-Checksum-Sha256") == "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=")
        let authorization = try #require(request.field("Authorization"))
        #expect(
            authorization.contains(
                ";if-none-match;x-amz-checksum-sha256;x-amz-content-sha256;x-amz-date;x-amz-sdk-checksum-algorithm,"))
        let error = #expect(throws: AWSError.self) {
            try client(service).putObject(object, into: bucket(), call: AWSCall())
        }
        #expect(error?.mayHaveTakenEffect == true && service.received.count == 2)
    }

    @Test("what cannot be sent as it is, is not sent", arguments: ["", "/a", "a//b", "a/", "a/./b", "../a", "a/.."])
    func oddKeys(key: String) throws {
        let service = try ScriptedService([.answer(200, "")])
        var changed = object
        changed.key = key
        #expect(throws: AWSError.self) { try client(service).putObject(changed, into: bucket(), call: AWSCall()) }
        #expect(service.received.isEmpty)
    }

    /// S3 user guide, "Virtual hosting of general purpose buckets" and "naming rules".
    @Test("a bucket is a label of the regional host, or the first part of the path")
    func addressing() throws {
        let plain = try Endpoint.resolve(.s3, bucket: bucket("keys"), region: "eu-west-1") { _ in nil }
        #expect(plain == Endpoint(scheme: "https", authority: "keys.s3.eu-west-1.amazonaws.com", basePath: ""))
        let dotted = try Endpoint.resolve(.s3, bucket: bucket("a.keys"), region: "eu-west-1") { _ in nil }
        #expect(dotted == Endpoint(scheme: "https", authority: "s3.eu-west-1.amazonaws.com", basePath: "/a.keys"))
        let variables = ["AWS_ENDPOINT_URL": "http://127.0.0.1:1/", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:2/s3/"]
        let local = try Endpoint.resolve(.s3, bucket: bucket("keys"), region: "eu-west-1") { variables[$0] }
        #expect(local == Endpoint(scheme: "http", authority: "127.0.0.1:2", basePath: "/s3/keys"))
        let china = try Endpoint.resolve(.s3, bucket: bucket("keys"), region: "cn-north-1") { _ in nil }
        #expect(china.authority == "keys.s3.cn-north-1.amazonaws.com.cn")
    }

    @Test(
        "names that no bucket has",
        arguments: ["", "ab", "A-bucket", "a_b", "-ab", "ab-", ".ab", "ab.", "a..b", "a/b", "a b", "ä-bucket"])
    func bucketNames(name: String) {
        #expect(Bucket(name) == nil)
        #expect(Bucket(String(repeating: "a", count: 64)) == nil && Bucket(String(repeating: "a", count: 63)) != nil)
    }
}
