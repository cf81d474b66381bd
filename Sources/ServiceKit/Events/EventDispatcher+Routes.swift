package import LambdaRuntime
import StrictJSON

// Short forms of `route`.
extension EventDispatcher {
    package mutating func get(_ pattern: String, _ handler: @escaping RouteHandler) {
        route(.get, pattern, handler)
    }

    package mutating func post(_ pattern: String, _ handler: @escaping RouteHandler) {
        route(.post, pattern, handler)
    }

    package mutating func patch(_ pattern: String, _ handler: @escaping RouteHandler) {
        route(.patch, pattern, handler)
    }

    /// A body is ignored unless `takesBody` says that the route reads it.
    package mutating func delete(_ pattern: String, takesBody: Bool = false, _ handler: @escaping RouteHandler) {
        route(.delete, pattern, takesBody: takesBody, handler)
    }

    /// Declares `GET /health/ready`: 200 when `check` returns, 503 when it throws.
    package mutating func ready(_ check: @escaping (InvocationContext) throws -> Void) {
        get("/health/ready") { _, context in
            do {
                try check(context)
            } catch {
                _ = HandlerFailure.problem(for: error, context.logger)
                throw Problem.unavailable
            }
            return APIResponse.json { $0.member("status", "ready") }
        }
    }
}
