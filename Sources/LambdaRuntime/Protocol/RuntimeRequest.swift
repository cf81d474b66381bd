internal import Codecs

/// A call of the Runtime API or the Extensions API, as a value.
///
/// Source: docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html and runtimes-extensions-api.html.
enum RuntimeRequest {
    case next
    case response(requestID: String, invocationID: String?, body: [UInt8])
    case failure(requestID: String, invocationID: String?, ErrorBody)
    case initializationFailure(ErrorBody)
    case registerExtension(name: String)
    case nextExtensionEvent(identifier: String)

    var isPost: Bool {
        switch self {
        case .next, .nextExtensionEvent: false
        case .response, .failure, .initializationFailure, .registerExtension: true
        }
    }

    /// The path below the address; a request id may hold anything, so that it is percent-encoded.
    var path: String {
        switch self {
        case .next: "/2018-06-01/runtime/invocation/next"
        case .response(let requestID, _, _): Self.invocation(requestID, "/response")
        case .failure(let requestID, _, _): Self.invocation(requestID, "/error")
        case .initializationFailure: "/2018-06-01/runtime/init/error"
        case .registerExtension: "/2020-01-01/extension/register"
        case .nextExtensionEvent: "/2020-01-01/extension/event/next"
        }
    }

    var headers: [(name: String, value: String)] {
        switch self {
        case .next: []
        case .response(_, let invocationID, _):
            [("Content-Type", "application/json")] + Self.echo(invocationID)
        case .failure(_, let invocationID, let error):
            Self.fields(of: error) + Self.echo(invocationID)
        case .initializationFailure(let error): Self.fields(of: error)
        case .registerExtension(let name):
            [("Content-Type", "application/json"), ("Lambda-Extension-Name", name)]
        case .nextExtensionEvent(let identifier): [("Lambda-Extension-Identifier", identifier)]
        }
    }

    var body: [UInt8] {
        switch self {
        case .next, .nextExtensionEvent: []
        case .response(_, _, let body): body
        case .failure(_, _, let error), .initializationFailure(let error): error.bytes
        // No events: a runtime that is told of SHUTDOWN would have to answer it; SIGTERM is enough.
        case .registerExtension: Array(#"{"events":[]}"#.utf8)
        }
    }

    private static func invocation(_ requestID: String, _ end: String) -> String {
        // Lambda's own ids are UUIDs and need no encoding.
        let isPlain = requestID.utf8.allSatisfy { Hex.value(of: $0) != nil || $0 == 0x2D }
        return "/2018-06-01/runtime/invocation/\(isPlain ? requestID : PercentEncoding.encode(requestID))\(end)"
    }

    private static func fields(of error: ErrorBody) -> [(name: String, value: String)] {
        [("Content-Type", ErrorBody.contentType), ("Lambda-Runtime-Function-Error-Type", error.type)]
    }

    /// Lambda compares it with the delivery that it waits for, so that a late answer cannot reach a retry.
    private static func echo(_ invocationID: String?) -> [(name: String, value: String)] {
        invocationID.map { [("Lambda-Runtime-Invocation-Id", $0)] } ?? []
    }
}
