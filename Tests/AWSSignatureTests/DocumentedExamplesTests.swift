import AWSSignature
import Codecs
import Testing

@Suite("The examples of AWS's documents")
struct DocumentedExamplesTests {
    struct Example: Sendable, CustomStringConvertible {
        let description: String
        let request: SignableRequest
        let signature: String
    }

    // S3's API reference, "Examples: Signature calculations": each on 2013-05-24, in us-east-1.
    static let objectStore = [
        Example(
            description: "GET an object",
            request: SignableRequest(
                method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt",
                headers: [("Range", "bytes=0-9")]),
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Example(
            description: "PUT an object",
            request: SignableRequest(
                method: "PUT", host: "examplebucket.s3.amazonaws.com", path: "/test%24file.text",
                headers: [
                    ("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ],
                payload: .bytes(Array("Welcome to Amazon S3.".utf8))),
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Example(
            description: "GET a bucket's lifecycle",
            request: SignableRequest(method: "GET", host: "examplebucket.s3.amazonaws.com", query: "lifecycle"),
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Example(
            description: "GET a bucket",
            request: SignableRequest(
                method: "GET", host: "examplebucket.s3.amazonaws.com", query: "max-keys=2&prefix=J"),
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    static let credentials = AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    static let day = Timestamp(millisecondsSince1970: 1_369_353_600_000)

    @Test("S3's are signed as published", arguments: objectStore)
    func objects(example: Example) throws {
        let added = try AWSSignature.headers(
            for: example.request, scope: SigningScope(region: "us-east-1", service: "s3"),
            credentials: Self.credentials, at: Self.day)
        #expect(added.map(\.name) == ["X-Amz-Date", "X-Amz-Content-Sha256", "Authorization"])
        #expect(added.last?.value.hasSuffix("Signature=\(example.signature)") == true)
    }

    // S3's API reference, "Authenticating Requests: Using Query Parameters".
    @Test("S3's presigned query is the published one")
    func presigned() throws {
        let query = try AWSSignature.presignedQuery(
            for: SignableRequest(method: "GET", host: "examplebucket.s3.amazonaws.com", path: "/test.txt"),
            scope: SigningScope(region: "us-east-1", service: "s3"), credentials: Self.credentials, lasting: 86_400,
            at: Self.day)
        #expect(
            query == """
                X-Amz-Algorithm=AWS4-HMAC-SHA256\
                &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
                &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
                &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404
                """)
    }

    // AWS General Reference, "Examples of the complete Signature Version 4 signing process": ListUsers.
    @Test("IAM's is signed as published")
    func listUsers() throws {
        let request = SignableRequest(
            method: "GET", host: "iam.amazonaws.com", query: "Action=ListUsers&Version=2010-05-08",
            headers: [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")])
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        let added = try AWSSignature.headers(
            for: request, scope: SigningScope(region: "us-east-1", service: "iam"), credentials: credentials,
            at: SuiteCase.time())
        #expect(
            added.last?.value == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                SignedHeaders=content-type;host;x-amz-date, \
                Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7
                """)
    }
}
