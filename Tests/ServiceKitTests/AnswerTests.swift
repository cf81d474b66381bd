import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

@Suite struct AnswerTests {
    private let dispatcher: EventDispatcher

    init() {
        var dispatcher = EventDispatcher()
        dispatcher.get("/throttled") { _, _ in throw Problem.retryAfter(30) }
        dispatcher.get("/weak") { _, _ in
            throw Problem.unprocessable("weak_password", pointer: "/password", code: "too_short", min: 15)
        }
        dispatcher.get("/keys") { _, _ in
            var response = APIResponse.json { $0.member("keys", [Int]()) }
            response.headers.append("Cache-Control", "public, max-age=600")
            return response
        }
        dispatcher.patch("/items/{id}") { request, _ in
            guard let ifMatch = request.ifMatch else { throw Problem.preconditionRequired }
            if case .versions(let versions) = ifMatch, !versions.contains(7) { throw Problem.preconditionFailed }
            return APIResponse()
        }
        dispatcher.delete("/account", takesBody: true) { request, _ in
            _ = try request.json(onlyMembers: ["password"]).member("password").string()
            return APIResponse()
        }
        dispatcher.delete("/items/{id}") { request, _ in .json { $0.member("size", request.body.count) } }
        dispatcher.post("/json") { request, _ in
            _ = try request.json()
            return APIResponse()
        }
        self.dispatcher = dispatcher
    }

    @Test("Every answer has the fields against caching, guessing, framing and referrers, and the request's id once")
    func standardFields() throws {
        for path in ["/health", "/nowhere", "/throttled", "/keys"] {
            let headers = try dispatcher.answer(to: request("GET", path)).response.headers
            #expect(headers["x-content-type-options"] == "nosniff")
            #expect(headers["strict-transport-security"] == "max-age=63072000; includeSubDomains")
            #expect(headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'")
            #expect(headers["referrer-policy"] == "no-referrer")
            #expect(headers["x-request-id"] == context.requestID)
            let names = headers.pairs.map { ASCII.lowercased($0.name) }
            #expect(Set(names).count == names.count)
            #expect(headers.field("cache-control") == (path == "/keys" ? "public, max-age=600" : "no-store"))
        }
    }

    @Test("Too many requests are told when to come back, in the body and in the field")
    func throttled() throws {
        let answer = try dispatcher.answer(to: request("GET", "/throttled"))
        #expect(answer.status == 429 && answer.code == "throttled")
        #expect(answer.response.headers["retry-after"] == "30")
        #expect(try answer.json?["retry_after"]?.integer() == 30)
    }

    @Test("A wrong member is named with what is wrong and what is allowed")
    func fieldErrors() throws {
        let answer = try dispatcher.answer(to: request("GET", "/weak"))
        #expect(answer.status == 422 && answer.code == "weak_password")
        #expect(answer.json?["pointer"]?.matches("/password") == true)
        #expect(
            answer.json?["errors"]?.rawBytes == Array(#"[{"pointer":"/password","code":"too_short","min":15}]"#.utf8))
        let unknown = try dispatcher.answer(
            to: request("DELETE", "/account", body: #"{"password":"a","role":"admin"}"#))
        #expect(unknown.json?["errors"]?.rawBytes == Array(#"[{"pointer":"/role","code":"unknown"}]"#.utf8))
    }

    @Test(
        "Only the stored version's strong tag, or *, lets a change through",
        arguments: [
            (#""7""#, 204), ("*", 204), (#""6", "7""#, 204), (#" "6" ,"7" "#, 204), (nil, 428), (#""6""#, 412),
            (#"W/"7""#, 412), ("7", 412), ("", 412), (#""07""#, 412), (#""+7""#, 412), (#""7"#, 412), (#"*, "6""#, 412),
            (#""99999999999999999999""#, 412), (#""""#, 412), (#""７""#, 412),
        ] as [(String?, Int)])
    func versions(_ field: String?, _ status: Int) throws {
        var headers: NamedValues = ["content-type": "application/json"]
        if let field { headers.append("if-match", field) }
        let event = APIGatewayRequest(
            context: .init(http: .init(method: "PATCH", path: "/items/1")), rawPath: "/items/1", headers: headers,
            body: "{}")
        #expect(try dispatcher.answer(to: event).status == status)
        #expect(IfMatch.tag(version: 7) == #""7""#)
    }

    @Test("A DELETE reads a body where its route says so, and ignores it elsewhere")
    func deleteBodies() throws {
        #expect(try dispatcher.answer(to: request("DELETE", "/account", body: #"{"password":"a"}"#)).status == 204)
        #expect(try dispatcher.answer(to: request("DELETE", "/account")).code == "missing_body")
        let typed = request("DELETE", "/account", body: "{}", contentType: "text/plain")
        #expect(try dispatcher.answer(to: typed).status == 415)
        let ignored = request("DELETE", "/items/1", body: String(repeating: "a", count: 9000), contentType: nil)
        #expect(try dispatcher.answer(to: ignored).json?["size"]?.integer() == 0)
    }

    @Test("The dispatcher lists its routes")
    func routes() {
        let routes = dispatcher.routes.map { "\($0.method.rawValue) \($0.pattern)" }
        #expect(
            routes == [
                "GET /health", "GET /throttled", "GET /weak", "GET /keys", "PATCH /items/{id}", "DELETE /account",
                "DELETE /items/{id}", "POST /json",
            ])
    }
}
