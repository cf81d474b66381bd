internal import LambdaEvents
internal import Platform
internal import StrictJSON

extension LocalStack {
    /// Sends a request through the template's HTTP API: the route's function gets it as API Gateway would hand it on.
    ///
    /// A token is checked with the key set that `provision` has published. Throws `.software` where the function's
    /// answer is none that API Gateway could read.
    package func send(_ request: GatewayRequest) throws(LocalError) -> GatewayAnswer {
        guard let (route, parameters) = RouteTable(routes: template.routes).route(request.method, request.path) else {
            return .own(404, "Not Found")
        }
        var claims: NamedValues?
        if route.needsToken {
            claims = try authorizer().claims(of: request)
            guard claims != nil else { return TokenAuthorizer.refusal }
        }
        let event = GatewayEvent.bytes(
            request, route: route, parameters: parameters, claims: claims, at: SystemClock.now())
        return try Self.answer(try invoke(route.function, event))
    }

    private func authorizer() throws(LocalError) -> TokenAuthorizer {
        guard let authorizer = template.authorizer else {
            throw LocalError(.data, "template.json has a route that asks for a token, and no authorizer for it.")
        }
        try makeKeys()
        return TokenAuthorizer(authorizer: authorizer, keys: try keys.published())
    }

    /// Reads a function's answer as API Gateway does; a function error is a 500 of the gateway's.
    private static func answer(_ result: InvocationResult) throws(LocalError) -> GatewayAnswer {
        guard case .response(let bytes) = result.outcome else { return .own(500, "Internal Server Error") }
        do throws(JSONError) {
            let response = try APIGatewayResponse(json: JSONDocument(parsing: bytes).root)
            return GatewayAnswer(
                status: response.statusCode, headers: response.headers.pairs.map { ($0.name, $0.value) },
                cookies: response.cookies, body: response.bodyBytes, result: result)
        } catch {
            throw LocalError(.software, "The function's answer is none for API Gateway: \(error).")
        }
    }
}
