import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON
import Testing

private struct Unexpected: Error {}

@Suite struct RoutingTests {
    private let dispatcher: EventDispatcher

    init() {
        var dispatcher = EventDispatcher()
        dispatcher.get("/loyalty/me") { request, _ in
            .json { $0.member("path", request.event.rawPath) }
        }
        dispatcher.post("/items") { request, _ in
            let root = try request.json(onlyMembers: ["name"])
            let name = try root.member("name").string(maximumBytes: 10)
            return .json(status: 201) { $0.member("name", name) }
        }
        dispatcher.route(.post, "/large", maximumBodyBytes: 20_000) { request, _ in
            .json { $0.member("size", request.body.count) }
        }
        dispatcher.get("/items/{id}/parts/{part}") { request, _ in
            let (id, part) = (try request.parameter("id"), try request.parameter("part"))
            return .json {
                $0.member("id", id)
                $0.member("part", part)
            }
        }
        dispatcher.route(.delete, "/items/{id}/parts/{part}") { _, _ in APIResponse() }
        dispatcher.get("/unexpected") { _, _ in throw Unexpected() }
        dispatcher.get("/database/{code}") { request, _ in
            let code = DatabaseError.Code(rawValue: try request.parameter("code"))
            throw DatabaseError(code ?? .usage, "lost")
        }
        dispatcher.ready { _ in throw DatabaseError(.connection, "refused") }
        self.dispatcher = dispatcher
    }

    @Test("A route is found by method and path, and its parameters are decoded once")
    func parameters() throws {
        let answer = try dispatcher.answer(to: request("GET", "/items/a%2Fb/parts/%25"))
        #expect(answer.status == 200)
        #expect(answer.json?["id"]?.matches("a/b") == true)
        #expect(answer.json?["part"]?.matches("%") == true)
    }

    @Test(
        "A path that no route has is 404 and problem+json",
        arguments: [
            "/", "", "/items/", "/items//parts/1", "/items/1/parts", "/ITEMS", "/loyalty/me/", "//loyalty/me",
            "/items/%zz/parts/1", "/items/%00/parts/1", "/items/%FF/parts/1", "/loyalty%2Fme", "/prod/loyalty/me",
        ])
    func unknownPaths(_ path: String) throws {
        let answer = try dispatcher.answer(to: request("GET", path))
        #expect(answer.status == 404 && answer.code == "not_found")
        #expect(answer.response.headers["content-type"] == "application/problem+json")
        #expect(answer.json?["title"]?.matches("Not Found") == true)
        #expect(answer.json?["requestId"]?.matches(context.requestID) == true)
    }

    @Test("The stage's name in front of the path is left aside")
    func stages() throws {
        let answer = try dispatcher.answer(to: request("GET", "/prod/loyalty/me", stage: "prod"))
        #expect(answer.status == 200)
    }

    @Test("Another method than the path's is 405 with Allow; OPTIONS is answered and HEAD is GET without content")
    func methods() throws {
        let refused = try dispatcher.answer(to: request("PATCH", "/items/1/parts/2"))
        #expect(refused.status == 405 && refused.code == "method_not_allowed")
        #expect(refused.response.headers["allow"] == "GET, DELETE, HEAD, OPTIONS")
        let options = try dispatcher.answer(to: request("OPTIONS", "/items"))
        #expect(options.status == 204 && options.response.headers["allow"] == "POST, OPTIONS")
        let head = try dispatcher.answer(to: request("HEAD", "/health"))
        #expect(head.status == 200 && head.response.bodyBytes.isEmpty)
        #expect(try dispatcher.answer(to: request("HEAD", "/nowhere")).response.bodyBytes.isEmpty)
        #expect(try dispatcher.answer(to: request("get", "/health")).status == 405)
    }

    @Test("A body over the limit is 413, one that just fits is read, in base64 too")
    func bodyLimits() throws {
        let fits = #"{"name":""# + String(repeating: " ", count: 8192 - 11) + #""}"#
        #expect(try dispatcher.answer(to: request("POST", "/items", body: fits)).status == 422)
        let tooLarge = try dispatcher.answer(to: request("POST", "/items", body: fits + " "))
        #expect(tooLarge.status == 413 && tooLarge.code == "body_too_large")
        let encoded = Base64.encode(Array((fits + " ").utf8))
        let answer = try dispatcher.answer(to: request("POST", "/items", body: encoded, isBase64Encoded: true))
        #expect(answer.status == 413)
        let large = try dispatcher.answer(to: request("POST", "/large", body: fits + " "))
        #expect(try large.json?.member("size").integer() == 8193)
    }

    @Test(
        "Only application/json in UTF-8 is taken: everything else is 415",
        arguments: [
            ("application/json", 201), ("Application/JSON; charset=UTF-8", 201),
            (#"application/json;charset="utf-8""#, 201),
            ("application/json; charset=latin1", 415), ("text/plain", 415), ("application/jsonp", 415), ("", 415),
            ("application/json, text/plain", 415), (nil, 415),
        ] as [(String?, Int)])
    func mediaTypes(_ type: String?, _ status: Int) throws {
        let answer = try dispatcher.answer(
            to: request("POST", "/items", body: #"{"name":"a"}"#, contentType: type))
        #expect(answer.status == status)
    }

    @Test(
        "A body that cannot be read is 400, and one that is not what the route asks for 422, with a code and the place",
        arguments: [
            (#"{"name":"a""#, 400, "malformed_json", "/name"), (#"{"name":"a"}}"#, 400, "malformed_json", "/name"),
            (#"{"name":"a","name":"a"}"#, 400, "duplicate_member", "/name"),
            (#"{"name":"a","x":1}"#, 422, "unknown_member", "/x"), ("{}", 422, "missing_member", "/name"),
            (#"{"name":1}"#, 422, "invalid_member", "/name"),
            (#"{"name":"12345678901"}"#, 422, "invalid_member", "/name"),
            (#"{"name":"\ud800"}"#, 400, "malformed_json", "/name"), ("[]", 422, "invalid_member", ""),
            (#"{"name":1e999}"#, 400, "malformed_json", "/name"),
        ])
    func bodies(_ body: String, _ status: Int, _ code: String, _ pointer: String) throws {
        let answer = try dispatcher.answer(to: request("POST", "/items", body: body))
        #expect(answer.status == status && answer.code == code)
        #expect(answer.json?["pointer"]?.matches(pointer) == true)
    }

    @Test("No body, a body that is not base64, and one that is not UTF-8 are 400")
    func unreadableBodies() throws {
        #expect(try dispatcher.answer(to: request("POST", "/items")).code == "missing_body")
        let broken = try dispatcher.answer(to: request("POST", "/items", body: "?", isBase64Encoded: true))
        #expect(broken.code == "invalid_encoding")
        let latin = try dispatcher.answer(to: request("POST", "/items", body: "eyLpIjoxfQ==", isBase64Encoded: true))
        #expect(latin.status == 400 && latin.code == "invalid_encoding")
    }

    @Test("An error that nobody expects is 500 and says nothing; the function has not failed")
    func unexpectedErrors() throws {
        let answer = try dispatcher.answer(to: request("GET", "/unexpected"))
        #expect(answer.status == 500 && answer.code == "internal")
        #expect(answer.json?["detail"] == nil)
    }

    @Test(
        "A database that cannot be reached is 503 with Retry-After, any other error of it 500",
        arguments: [
            ("connection", 503), ("deadline", 503), ("unavailable", 503), ("authentication", 503), ("server", 500),
            ("usage", 500), ("decoding", 500),
        ])
    func databaseErrors(_ code: String, _ status: Int) throws {
        let answer = try dispatcher.answer(to: request("GET", "/database/\(code)"))
        #expect(answer.status == status)
        #expect((answer.response.headers["retry-after"] != nil) == (status == 503))
    }

    @Test("Health is answered at once, readiness as its check says")
    func health() throws {
        #expect(try dispatcher.answer(to: request("GET", "/health")).status == 200)
        #expect(try dispatcher.answer(to: request("GET", "/health/ready")).status == 503)
        var ready = EventDispatcher()
        ready.ready { _ in }
        #expect(try ready.answer(to: request("GET", "/health/ready")).status == 200)
    }

    @Test("Every answer forbids caching and guessing")
    func headers() throws {
        for path in ["/health", "/nowhere", "/unexpected"] {
            let headers = try dispatcher.answer(to: request("GET", path)).response.headers
            #expect(headers["cache-control"] == "no-store" && headers["x-content-type-options"] == "nosniff")
        }
    }
}
