import ServiceKit

/// How a client keeps its refresh token: a browser in a cookie that no script reads, an application itself.
enum SessionClient: String, Sendable {
    case web
    case native

    init(_ request: APIRequest) {
        self = request.isNativeClient ? .native : .web
    }
}
