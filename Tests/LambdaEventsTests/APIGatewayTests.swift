import LambdaEvents
import StrictJSON
import Testing

/// The example of the API Gateway developer guide ("Create Lambda proxy integrations for HTTP APIs", format 2.0).
private let documentedRequest = #"""
    {
      "version": "2.0", "routeKey": "$default", "rawPath": "/my/path",
      "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
      "cookies": ["cookie1", "cookie2"],
      "headers": {"header1": "value1", "header2": "value1,value2"},
      "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
      "requestContext": {
        "accountId": "123456789012", "apiId": "api-id",
        "authentication": {"clientCert": {"clientCertPem": "CERT_CONTENT", "validity": {"notAfter": "2021"}}},
        "authorizer": {"jwt": {"claims": {"claim1": "value1", "claim2": "value2"}, "scopes": ["scope1", "scope2"]}},
        "domainName": "id.execute-api.us-east-1.amazonaws.com", "domainPrefix": "id",
        "http": {"method": "POST", "path": "/my/path", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1",
                 "userAgent": "agent"},
        "requestId": "id", "routeKey": "$default", "stage": "$default",
        "time": "12/Mar/2020:19:03:58 +0000", "timeEpoch": 1583348638390
      },
      "body": "Hello from Lambda", "pathParameters": {"parameter1": "value1"}, "isBase64Encoded": false,
      "stageVariables": {"stageVariable1": "value1", "stageVariable2": "value2"}
    }
    """#

private func request(_ text: String) throws -> APIGatewayRequest {
    try APIGatewayRequest(json: JSONDocument(parsing: text).root)
}

private func bytes(_ value: some JSONWritable) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(value)
    return writer.bytes
}

@Suite struct APIGatewayTests {
    @Test("The documented request is read with everything in it")
    func readsDocumentedRequest() throws {
        let event = try request(documentedRequest)
        #expect(APIGatewayRequest.matches(try JSONDocument(parsing: documentedRequest).root))
        #expect(event.rawPath == "/my/path")
        #expect(event.cookies == ["cookie1", "cookie2"])
        #expect(event.headers.field("Header2") == "value1,value2")
        #expect(QueryString.parse(event.rawQueryString)?.all("parameter1") == ["value1", "value2"])
        #expect(event.queryStringParameters["parameter1"] == "value1,value2")
        #expect(event.pathParameters["parameter1"] == "value1")
        #expect(event.stageVariables["stageVariable2"] == "value2")
        #expect(event.context.authorizer?.claims["claim2"] == "value2")
        #expect(event.context.authorizer?.scopes == ["scope1", "scope2"])
        #expect(
            event.context.http
                == .init(
                    method: "POST", path: "/my/path", protocolVersion: "HTTP/1.1", sourceIP: "192.0.2.1",
                    userAgent: "agent"))
        #expect(event.context.timeEpoch == 1_583_348_638_390)
        #expect(event.context.requestID == "id" && event.context.stage == "$default")
        #expect(event.bodyUTF8 == Array("Hello from Lambda".utf8))
    }

    @Test("A request that is written reads back as the same request")
    func writesRequests() throws {
        let event = try request(documentedRequest)
        #expect(try request(String(decoding: bytes(event), as: UTF8.self)) == event)
        let least = try request(#"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"}}}"#)
        #expect(try request(String(decoding: bytes(least), as: UTF8.self)) == least)
    }

    @Test("What AWS leaves out, or sends as null, is empty")
    func absentMembers() throws {
        let event = try request(
            #"""
            {"version":"2.0","rawPath":"/","headers":null,"body":null,"cookies":null,
             "requestContext":{"http":{"method":"GET"},"authorizer":null}}
            """#)
        #expect(event.cookies.isEmpty && event.headers.isEmpty && event.pathParameters.isEmpty)
        #expect(event.body == nil && event.bodyUTF8 == nil)
        #expect(event.context.authorizer == nil && event.context.stage == "$default")
    }

    @Test("Claims stay text, and one that is no text keeps its JSON form")
    func claims() throws {
        let event = try request(
            #"""
            {"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"GET"},"authorizer":{"jwt":
             {"claims":{"sub":"reader-1","exp":"1583348638","level":3,"ok":true,"none":null},"scopes":null}}}}
            """#)
        let claims = try #require(event.context.authorizer?.claims)
        #expect(claims["sub"] == "reader-1" && claims["exp"] == "1583348638")
        #expect(claims["level"] == "3" && claims["ok"] == "true" && claims["none"] == nil)
    }

    @Test("A base64 body is marked, and left for whoever knows how long it may be")
    func base64Bodies() throws {
        let frame = #"{"version":"2.0","rawPath":"/","requestContext":{"http":{"method":"POST"}},"#
        let encoded = try request(frame + #""isBase64Encoded":true,"body":"//79AA=="}"#)
        #expect(encoded.isBase64Encoded && encoded.bodyUTF8 == Array("//79AA==".utf8))
        let plain = try request(frame + #""body":"é"}"#)
        #expect(!plain.isBase64Encoded && plain.bodyUTF8 == [0xC3, 0xA9])
    }

    @Test(
        "A member of the wrong kind is refused with its place",
        arguments: [
            (#"{"rawPath":1,"requestContext":{"http":{"method":"GET"}}}"#, "/rawPath"),
            (#"{"rawPath":"/"}"#, "/requestContext"),
            (#"{"rawPath":"/","requestContext":{"http":{}}}"#, "/requestContext/http/method"),
            (#"{"rawPath":"/","headers":{"a":["b"]},"requestContext":{"http":{"method":"G"}}}"#, "/headers/a"),
            (#"{"rawPath":"/","cookies":"a=b","requestContext":{"http":{"method":"G"}}}"#, "/cookies"),
        ])
    func wrongKinds(_ text: String, _ pointer: String) throws {
        let error = #expect(throws: JSONError.self) { try request(text) }
        #expect(error?.pointer == pointer)
    }

    @Test(
        "A query string is taken apart as browsers write it",
        arguments: [
            ("a=1&a=2&b=", ["a": "1", "b": ""]), ("a+b=c+d%2B%26", ["a b": "c d+&"]), ("flag", ["flag": ""]),
            ("a=b=c&&", ["a": "b=c"]), ("n=%C3%A9", ["n": "é"]), ("", [:]),
        ] as [(String, [String: String])])
    func queryStrings(_ text: String, _ first: [String: String]) throws {
        let values = try #require(QueryString.parse(text))
        for (name, value) in first { #expect(values[name] == value) }
        #expect(Set(values.pairs.map(\.name)) == Set(first.keys))
    }

    @Test(
        "A query string with a broken escape or bytes that are no UTF-8 is refused",
        arguments: ["a=%", "a=%4", "a=%FF"])
    func brokenQueryStrings(_ text: String) {
        #expect(QueryString.parse(text) == nil)
    }

    @Test("Names are compared as bytes: canonical equivalents are two claims")
    func namesAreBytes() {
        let values: NamedValues = ["e\u{301}": "two scalars", "\u{e9}": "one scalar"]
        #expect(values["\u{e9}"] == "one scalar" && values["e\u{301}"] == "two scalars")
        #expect(NamedValues(["k": "1"].map { .init(name: $0, value: $1) })["\u{212A}"] == nil)
    }

    @Test("Responses are written as API Gateway reads them, and read back")
    func responses() throws {
        let response = APIGatewayResponse(
            statusCode: 201, headers: ["content-type": "text/plain"], cookies: ["a=1; Secure", "b=2"],
            body: .text("né\u{1}"))
        #expect(
            String(decoding: bytes(response), as: UTF8.self)
                == #"{"statusCode":201,"headers":{"content-type":"text/plain"},"#
                + #""cookies":["a=1; Secure","b=2"],"body":"né\u0001"}"#)
        let binary = APIGatewayResponse(statusCode: 200, body: .bytes([0xFF, 0x00]))
        #expect(
            String(decoding: bytes(binary), as: UTF8.self)
                == #"{"statusCode":200,"headers":{},"body":"/wA=","isBase64Encoded":true}"#)
        for each in [response, binary, APIGatewayResponse(statusCode: 204)] {
            #expect(try APIGatewayResponse(json: JSONDocument(parsing: bytes(each)).root) == each)
        }
    }

    @Test("An answer without a status code is the body of a 200, as API Gateway infers it")
    func inferredResponse() throws {
        let response = try APIGatewayResponse(json: JSONDocument(parsing: #"{"message": "Hello"}"#).root)
        #expect(response.statusCode == 200 && response.headers["content-type"] == "application/json")
        #expect(response.body == .text(#"{"message": "Hello"}"#))
    }
}
