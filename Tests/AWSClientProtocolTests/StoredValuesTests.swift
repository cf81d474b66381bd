import AWSClient
import AWSSignature
import Codecs
import HTTPTransport
import StrictJSON
import TestSupport
import Testing

/// One after the other: they write to the same secret.
@Suite("moto, which checks signatures and policies, stores", .serialized)
struct StoredValuesTests {
    private let value = #"{"version":1,"text":"ü\"\\ 読 \u{1}"}"#

    private func version(_ account: MotoAccount) throws -> (id: String, value: String) {
        let answer = try MotoCall.json(
            account.server, service: "secretsmanager", target: "secretsmanager.GetSecretValue",
            #"{"SecretId":"\#(MotoAccount.writtenSecretName)"}"#
        ).signedAndSent(account.administrator)
        let root = try JSONDocument(parsing: answer.body).root
        return (try root.member("VersionId").string(), try root.member("SecretString").string())
    }

    @Test("a secret's new value, once for each token, and gives it back")
    func secret() throws {
        let account = try MotoAccount.shared()
        let client = account.client(account.function)
        let token = Hex.encode([UInt8](repeating: 0xA7, count: 32))
        for _ in 0..<2 {
            try client.putSecretValue(
                MotoAccount.writtenSecretName, Array(value.utf8), token: token, call: AWSCall())
            #expect(try version(account) == (token, value))
        }
        #expect(try client.secretValue(MotoAccount.writtenSecretName, call: AWSCall()) == Array(value.utf8))
        try client.putSecretValue(
            MotoAccount.writtenSecretName, Array("{}".utf8), token: String(token.reversed()), call: AWSCall())
        #expect(try client.secretValue(MotoAccount.writtenSecretName, call: AWSCall()) == Array("{}".utf8))
    }

    @Test("a coming version beside the current one, and makes it the current one, the former the previous")
    func stages() throws {
        let account = try MotoAccount.shared()
        let client = account.client(account.function)
        let name = MotoAccount.rotatedSecretName
        func value(_ stage: SecretStage) -> String? {
            (try? client.secretValue(name, stage: stage, call: AWSCall())).map { String(decoding: $0, as: UTF8.self) }
        }
        let former = try #require(try client.describeSecret(name, call: AWSCall()).version(at: .current)).id
        #expect(value(.current) == "first" && value(.pending) == nil)
        let token = "51f72378-6a5d-5dc7-8fd8-29e4319f482a"
        for _ in 0..<2 {
            try client.putSecretValue(name, Array("second".utf8), token: token, stages: [.pending], call: AWSCall())
        }
        #expect(value(.current) == "first" && value(.pending) == "second")
        let during = try client.describeSecret(name, call: AWSCall())
        #expect(during.version(token)?.stages == ["AWSPENDING"] && during.version(at: .current)?.id == former)
        let pending = try client.secretValue(name, stage: .pending, version: token, call: AWSCall())
        #expect(pending == Array("second".utf8))
        try client.moveSecretStage(name, .current, to: token, from: former, call: AWSCall())
        let after = try client.describeSecret(name, call: AWSCall())
        #expect(after.version(at: .current)?.id == token && after.version(at: .previous)?.id == former)
        #expect(value(.current) == "second" && value(.previous) == "first")
        let error = #expect(throws: AWSError.self) {
            try client.moveSecretStage(name, .current, to: token, from: former, call: AWSCall())
        }
        #expect(error?.code == .rejected, "the label is not there any more")
    }

    @Test("a secret as large as one may be, and nothing larger is sent")
    func largeSecret() throws {
        let account = try MotoAccount.shared()
        let client = account.client(account.function)
        let token = String(repeating: "l", count: 64)
        let large = [UInt8](repeating: 0x22, count: 65_536)
        try client.putSecretValue(MotoAccount.writtenSecretName, large, token: token, call: AWSCall())
        #expect(try client.secretValue(MotoAccount.writtenSecretName, call: AWSCall()) == large)
        for wrong in [large + [0x22], [], [0xFF]] {
            let error = #expect(throws: AWSError.self) {
                try client.putSecretValue(MotoAccount.writtenSecretName, wrong, token: token, call: AWSCall())
            }
            #expect(error?.code == .rejected && error?.status == nil)
        }
    }

    @Test("nothing in a secret that does not exist, and has nothing in one without a value")
    func noSecret() throws {
        let account = try MotoAccount.shared()
        let client = account.client(account.function)
        let missing = #expect(throws: AWSError.self) {
            try client.putSecretValue(
                "nerdwork/unknown", Array("{}".utf8), token: String(repeating: "u", count: 32), call: AWSCall())
        }
        #expect(missing?.serviceCode == "ResourceNotFoundException")
        for name in ["nerdwork/unknown", "nerdwork/no-value"] {
            let error = #expect(throws: AWSError.self) { try client.secretValue(name, call: AWSCall()) }
            #expect(error?.serviceCode == "ResourceNotFoundException", "\(name)")
        }
    }

    static let keys = [
        ".well-known/jwks.json", "plain", "a b/c+d&e=f?g#h%i", "ü/読/\u{1F4DA}", "~tilde-_.!*'()", "a,b;c:d@e$f",
    ]

    @Test(
        "an object under any key, with its fields, whether or not the bucket's name can stand in a host",
        arguments: keys, [MotoAccount.bucket, MotoAccount.dottedBucket])
    func object(key: String, bucket: String) throws {
        let account = try MotoAccount.shared()
        let body = Array(#"{"keys":["\#(key)","ü\u{0}"]}"#.utf8)
        try account.client(account.function).putObject(
            StoredObject(
                key: key, contentType: "application/json", cacheControl: "public, max-age=600", body: body),
            into: #require(Bucket(bucket)), call: AWSCall())
        let path = "/\(bucket)/" + PercentEncoding.encode(Array(key.utf8), keepsSlash: true)
        let answer = try MotoCall(account.server, service: "s3", method: .get, path: path)
            .signedAndSent(account.administrator)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.body == body)
        #expect(answer.fields["Content-Type"] == "application/json")
        #expect(answer.fields["Cache-Control"] == "public, max-age=600")
    }

    @Test("no object in a bucket that does not exist, and says so")
    func noBucket() throws {
        let account = try MotoAccount.shared()
        let error = #expect(throws: AWSError.self) {
            try account.client(account.function).putObject(
                StoredObject(key: "a", contentType: "text/plain", body: []), into: #require(Bucket("no-such-bucket")),
                call: AWSCall())
        }
        #expect(error?.code == .rejected && error?.serviceCode == "NoSuchBucket" && error?.status == 404)
    }

    @Test("an object into a bucket with Object Lock: retained by the bucket's default, and put once")
    func locked() throws {
        let account = try MotoAccount.shared()
        func call(_ method: HTTPRequest.Method, _ query: String = "") throws -> HTTPResponse {
            try MotoCall(
                account.server, service: "s3", method: method, path: "/\(MotoAccount.lockedBucket)/anchors/1.json",
                query: query
            ).signedAndSent(account.administrator)
        }
        let bucket = try #require(Bucket(MotoAccount.lockedBucket))
        let object = StoredObject(
            key: "anchors/1.json", contentType: "application/json", body: Array("{}".utf8), mustBeNew: true)
        try account.client(account.function).putObject(object, into: bucket, call: AWSCall())
        let head = try call(.get)
        #expect(head.text == "{}" && head.fields["x-amz-object-lock-mode"] == "COMPLIANCE")
        let version = try #require(head.fields["x-amz-version-id"])
        #expect(try call(.delete, "versionId=\(version)").status == 403)
        let again = #expect(throws: AWSError.self) {
            try account.client(account.function).putObject(object, into: bucket, call: AWSCall())
        }
        #expect(again?.status == 412 && again?.mayHaveTakenEffect == false)
        #expect(try call(.get).text == "{}")
    }

    // moto takes the digest's field on trust; that it is the body's is compared in `StoringTests`.
    @Test("no object whose digest, type or key changed after it was signed")
    func changed() throws {
        let account = try MotoAccount.shared()
        var call = MotoCall(
            account.server, service: "s3", method: .put, path: "/\(MotoAccount.bucket)/signed",
            headers: [("Content-Type", "text/plain")], body: "signed")
        try call.sign(account.function)
        #expect(try call.send().status == 200)
        var (digest, type, path) = (call, call, call)
        for index in digest.request.headers.indices
        where digest.request.headers[index].name == "X-Amz-Content-Sha256" {
            digest.request.headers[index].value = String(repeating: "0", count: 64)
        }
        type.request.headers[0].value = "text/html"
        path.request.path += "x"
        for changed in [digest, type, path] {
            let answer = try changed.send()
            #expect([400, 403].contains(answer.status), "\(answer.text)")
        }
    }
}
