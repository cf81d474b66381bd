internal import Platform

extension LocalStack {
    /// Sends a request through the template's HTTP API: the route's function gets it as API Gateway would hand it on.
    ///
    /// A token is checked with the key set that `provision` has published.
    package func send(_ request: GatewayRequest) throws(LocalError) -> GatewayAnswer {
        guard let (route, parameters) = RouteTable(routes: template.routes).route(request.method, request.path) else {
            return .own(404, "Not Found")
        }
        var circumstances = GatewayEvent.Circumstances(at: SystemClock.now())
        if route.needsToken {
            switch try authorizer().verdict(on: request, scopes: route.scopes, at: circumstances.time) {
            case .allowed(let claims): circumstances.authorizer = claims
            case .refused(let answer), .unknownKey(let answer): return answer
            }
        }
        let event = GatewayEvent.bytes(request, route: route, parameters: parameters, circumstances)
        return GatewayAnswer(reading: try invoke(route.function, event))
    }

    private func authorizer() throws(LocalError) -> TokenAuthorizer {
        guard let authorizer = template.authorizer else {
            throw LocalError(.data, "template.json has a route that asks for a token, and no authorizer for it.")
        }
        try makeKeys()
        return TokenAuthorizer(authorizer, keys: try aws.publishedKeys())
    }
}
