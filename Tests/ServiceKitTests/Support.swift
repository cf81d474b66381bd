import Codecs
import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON

/// A request as API Gateway sends it, from the parts that a test is about.
func request(
    _ method: String, _ path: String, query: String = "", body: String? = nil, isBase64Encoded: Bool = false,
    contentType: String? = "application/json", stage: String = "$default"
) -> APIGatewayRequest {
    APIGatewayRequest(
        context: .init(
            http: .init(method: method, path: path), stage: stage),
        rawPath: path, rawQueryString: query,
        headers: contentType.map { ["content-type": $0] } ?? [:], body: body, isBase64Encoded: isBase64Encoded)
}

let context = InvocationContext(
    requestID: "8476a536-e9f4-11e8-9739-2dfe598c3fcd", deadline: Timestamp(millisecondsSince1970: .max))

/// What a dispatcher answered to a request.
struct Answer {
    let response: APIGatewayResponse

    var status: Int { response.statusCode }
    var json: JSONValue? { (try? JSONDocument(parsing: response.bodyBytes))?.root }
    /// The problem's stable code.
    var code: String? { try? json?["code"]?.string() }
}

extension EventDispatcher {
    func answer(to request: APIGatewayRequest) throws -> Answer {
        var writer = JSONWriter()
        writer.value(request)
        let bytes = try handle(writer.bytes, context)
        return Answer(response: try APIGatewayResponse(json: JSONDocument(parsing: bytes).root))
    }
}
