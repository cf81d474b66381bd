import AWSSignature
import Codecs
import Testing

@Suite("AWS's test suite")
struct SuiteTests {
    @Test("the signature in the fields is the published one", arguments: SuiteCase.all)
    func header(suiteCase: SuiteCase) throws {
        let added = try AWSSignature.headers(
            for: suiteCase.signable(), scope: suiteCase.scope, credentials: suiteCase.credentials, at: SuiteCase.time())
        let authorization = try #require(added.last { $0.name == "Authorization" }).value
        #expect(authorization.hasSuffix("Signature=\(suiteCase.header)"), "\(authorization)")
    }

    @Test("the signature in the query is the published one", arguments: SuiteCase.all.filter { $0.query != nil })
    func query(suiteCase: SuiteCase) throws {
        let query = try AWSSignature.presignedQuery(
            for: suiteCase.signable(), scope: suiteCase.scope, credentials: suiteCase.credentials, lasting: 3_600,
            at: SuiteCase.time())
        #expect(try query.hasSuffix("&X-Amz-Signature=\(#require(suiteCase.query))"), "\(query)")
    }

    @Test("the field is written as AWS publishes it")
    func authorizationField() throws {
        let vanilla = try #require(SuiteCase.all.first)
        let added = try AWSSignature.headers(
            for: vanilla.signable(), scope: vanilla.scope, credentials: vanilla.credentials, at: SuiteCase.time())
        #expect(added.map(\.name) == ["X-Amz-Date", "Authorization"])
        #expect(added.first?.value == "20150830T123600Z")
        #expect(
            added.last?.value == """
                AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                SignedHeaders=host;x-amz-date, Signature=\(vanilla.header)
                """)
    }

    @Test("every signed request is accepted by the verification, in both forms", arguments: SuiteCase.all)
    func verified(suiteCase: SuiteCase) throws {
        // The scope in a request does not tell that its path was not normalised.
        guard suiteCase.scope.pathRule == .standard, suiteCase.description != "post-unsigned-payload" else { return }
        var request = try suiteCase.signable()
        request.headers += try AWSSignature.headers(
            for: request, scope: suiteCase.scope, credentials: suiteCase.credentials, at: SuiteCase.time())
        try check(request, suiteCase)
        var presigned = try suiteCase.signable()
        presigned.query = try AWSSignature.presignedQuery(
            for: presigned, scope: suiteCase.scope, credentials: suiteCase.credentials, lasting: 60,
            at: SuiteCase.time())
        // There the token of the fields is not the signature's.
        if suiteCase.description != "post-sts-header-before" { try check(presigned, suiteCase) }
    }

    private func check(_ request: SignableRequest, _ suiteCase: SuiteCase) throws {
        let token = suiteCase.description == "post-sts-header-before" ? SuiteCase.token : nil
        let known = AWSCredentials(
            accessKeyID: suiteCase.credentials.accessKeyID, secretAccessKey: suiteCase.credentials.secretAccessKey,
            sessionToken: token ?? suiteCase.credentials.sessionToken)
        let signer = try AWSSignature.verify(request, region: "us-east-1", service: "service", at: SuiteCase.time()) {
            $0 == "AKIDEXAMPLE" ? known : nil
        }
        #expect(signer.accessKeyID == "AKIDEXAMPLE")
    }
}

extension SuiteCase {
    static func time() throws -> Timestamp {
        try #require(RFC3339.parse("2015-08-30T12:36:00Z".utf8))
    }

    var credentials: AWSCredentials {
        AWSCredentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            sessionToken: description == "get-vanilla-with-session-token"
                ? "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267" : nil)
    }

    var scope: SigningScope {
        let isNormalized = !description.hasSuffix("-unnormalized")
        return SigningScope(
            region: "us-east-1", service: "service", pathRule: .init(normalizes: isNormalized, encodesAgain: true))
    }

    /// The suite's paths are not encoded yet where ours are: its text is what a request line cannot carry.
    func signable() throws -> SignableRequest {
        let parts = request.split(separator: "\n\n", maxSplits: 1)
        var lines = try #require(parts.first).split(separator: "\n").map(String.init)
        let start = lines.removeFirst().split(separator: " ", maxSplits: 1)
        let target = start[1].split(separator: "?", maxSplits: 1)
        var signable = SignableRequest(
            method: String(start[0]), host: "example.amazonaws.com", path: String(target[0]),
            query: target.count > 1 ? String(target[1]) : "",
            payload: description == "post-unsigned-payload"
                ? .unsigned : .bytes(parts.count > 1 ? Array(parts[1].utf8) : []))
        for line in lines {
            if line.hasPrefix(" ") {
                signable.headers[signable.headers.count - 1].value += "\r\n\(line)"
            } else {
                let field = line.split(separator: ":", maxSplits: 1)
                signable.headers.append((String(field[0]), String(field[1])))
            }
        }
        return signable
    }
}
