import AWSSignature
import Codecs
import Testing

/// What botocore 1.44.5, AWS's own implementation in Python, signs on 2026-02-03 at 04:05:06.
@Suite("botocore's signatures")
struct BotocoreTests {
    struct Example: Sendable, CustomStringConvertible {
        let description: String
        let request: SignableRequest
        let scope: SigningScope
        var token: String?
        let signature: String
    }

    static let token = "IQoJb3JpZ2luX2VjEOz//////////wEaCXVzLWVhc3QtMSJ="
    static let time = Timestamp(millisecondsSince1970: 1_770_091_506_789)

    static func credentials(_ token: String?) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: token == nil ? "AKIDEXAMPLE" : "ASIAEXAMPLE",
            secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sessionToken: token)
    }

    static let headers = [
        Example(
            description: "a port of its own, and a body with more than ASCII",
            request: SignableRequest(
                method: "POST", host: "127.0.0.1:4566", path: "/v2/email/outbound-emails",
                headers: [("Content-Type", "application/json")], payload: .bytes(Array(#"{"a":"é"}"#.utf8))),
            scope: SigningScope(region: "eu-west-1", service: "ses"),
            signature: "fea27ca05421420190341304d4eed3b4aa035b50785fd2b47631851a9648b746"),
        Example(
            description: "temporary credentials",
            request: SignableRequest(
                method: "POST", host: "events.eu-west-1.amazonaws.com",
                headers: [
                    ("Content-Type", "application/x-amz-json-1.1"), ("X-Amz-Target", "AWSEvents.PutEvents"),
                ],
                payload: .bytes(Array("{}".utf8))),
            scope: SigningScope(region: "eu-west-1", service: "events"), token: token,
            signature: "90d02fc9ba069e3250ae003cbab92943785b2d51baf68ef33e51469121fd144e"),
        Example(
            description: "a path that is encoded twice, dots, and a query with empty values",
            request: SignableRequest(
                method: "GET", host: "lambda.us-east-1.amazonaws.com",
                path: "/2015-03-31/functions/arn%3Aaws%3Alambda%20x/./b//c", query: "Marker=a%2Fb%20c&Empty=&Flag"),
            scope: SigningScope(region: "us-east-1", service: "lambda"),
            signature: "84eb5b63ce422234be2d423b8112ee8dd54f54a8b2081c7c213407191d6a3e31"),
        Example(
            description: "fields with blanks, UTF-8 and nothing, and fields that are not signed",
            request: SignableRequest(
                method: "GET", host: "example.amazonaws.com",
                headers: [
                    ("X-Note", "  Zoë   says\t hi  "), ("X-Empty", ""), ("User-Agent", "x"),
                    ("X-Amzn-Trace-Id", "Root=1"),
                ]),
            scope: SigningScope(region: "us-east-1", service: "service"),
            signature: "f030ee57b0fb639d4587d61ee866d035b9b8c1e2b399b6bc9a8a78fae6d68473"),
        Example(
            description: "an object's key, which is left as it is",
            request: SignableRequest(
                method: "PUT", host: "bucket.s3.eu-central-1.amazonaws.com", path: "/a%20b//../%C3%A9~%2B.txt",
                query: "versions&x=1", payload: .bytes(Array("data".utf8))),
            scope: SigningScope(region: "eu-central-1", service: "s3"),
            signature: "c6ab53342acde36db1aa51bb55e889e96ef47754b119b1fb8b0511b9f1508554"),
    ]

    @Test("in the fields are ours", arguments: headers)
    func header(example: Example) throws {
        let added = try AWSSignature.headers(
            for: example.request, scope: example.scope, credentials: Self.credentials(example.token), at: Self.time)
        #expect(added.last?.value.hasSuffix("Signature=\(example.signature)") == true)
    }

    static let queries = [
        Example(
            description: "a call",
            request: SignableRequest(
                method: "GET", host: "sts.amazonaws.com", query: "Action=GetCallerIdentity&Version=2011-06-15"),
            scope: SigningScope(region: "us-east-1", service: "sts"),
            signature: "3e746df5537bba498675c80f418076306b487859cf32a43559483d4149ec297c"),
        Example(
            description: "a call with temporary credentials",
            request: SignableRequest(
                method: "GET", host: "sts.amazonaws.com", query: "Action=GetCallerIdentity&Version=2011-06-15"),
            scope: SigningScope(region: "us-east-1", service: "sts"), token: token,
            signature: "ae8f8e430da3ebacf9a6754109aabe17c885a9f1d532e953437749112d8e6829"),
    ]

    @Test("in the query are ours", arguments: queries)
    func query(example: Example) throws {
        let query = try AWSSignature.presignedQuery(
            for: example.request, scope: example.scope, credentials: Self.credentials(example.token), lasting: 60,
            at: Self.time)
        #expect(query.hasPrefix("Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&"))
        #expect(query.hasSuffix("&X-Amz-Signature=\(example.signature)"))
    }

    @Test("of an object's key in the query is ours")
    func objectQuery() throws {
        let query = try AWSSignature.presignedQuery(
            for: SignableRequest(
                method: "GET", host: "bucket.s3.eu-central-1.amazonaws.com", path: "/a%20b/%C3%A9.txt",
                query: "response-content-type=text%2Fplain"),
            scope: SigningScope(region: "eu-central-1", service: "s3"), credentials: Self.credentials(nil),
            lasting: 300, at: Self.time)
        #expect(
            query.hasSuffix(
                "&X-Amz-Signature=de615bfeebf2e3cd66c3ba637c44f43487be6f07ccfadcf174f0bae114c6b919"))
    }

    static let databaseTokens: [(String?, String, String)] = [
        (nil, "", "437ffa91adc53a0bea6533986f6ced11c592572c0785bc17a8d7d2dbe08dd7d7"),
        (
            token, "&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEOz%2F%2F%2F%2F%2F%2F%2F%2F%2F%2FwEaCXVzLWVhc3QtMSJ%3D",
            "0b2c5dfee046a5c1ccd4522dfcabdb8aaaf09b3b79c5f720f12d7c2aab9da4a2"
        ),
    ]

    @Test("for a database are ours", arguments: databaseTokens)
    func database(token: String?, parameter: String, signature: String) throws {
        let made = try RDSAuthToken.make(
            host: "db.cluster-abc.eu-west-1.rds.amazonaws.com", port: 5432, region: "eu-west-1",
            user: "nerdwork_loyalty", credentials: Self.credentials(token), at: Self.time)
        let key = Self.credentials(token).accessKeyID
        // The order of botocore, but for the session token, which stands in alphabetical order here.
        #expect(
            made == """
                db.cluster-abc.eu-west-1.rds.amazonaws.com:5432/?Action=connect&DBUser=nerdwork_loyalty\
                &X-Amz-Algorithm=AWS4-HMAC-SHA256\
                &X-Amz-Credential=\(key)%2F20260203%2Feu-west-1%2Frds-db%2Faws4_request\
                &X-Amz-Date=20260203T040506Z&X-Amz-Expires=900\(parameter)&X-Amz-SignedHeaders=host\
                &X-Amz-Signature=\(signature)
                """)
    }
}
