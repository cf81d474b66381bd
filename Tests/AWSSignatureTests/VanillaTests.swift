import AWSSignature
import Codecs
import Testing

@Suite("A signature")
struct VanillaTests {
    @Test("of the plainest request is the one that AWS publishes")
    func vanilla() throws {
        let credentials = AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
        let time = try #require(RFC3339.parse("2015-08-30T12:36:00Z".utf8))
        let added = try AWSSignature.headers(
            for: SignableRequest(method: "GET", host: "example.amazonaws.com"),
            scope: SigningScope(region: "us-east-1", service: "service"), credentials: credentials, at: time)
        #expect(added.map(\.name) == ["X-Amz-Date", "Authorization"])
        #expect(
            added.last?.value == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                SignedHeaders=host;x-amz-date, \
                Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31
                """)
    }
}
