/// API Gateway's part in cross-origin requests, where the template has a `CorsConfiguration`.
///
/// Source: API Gateway developer guide, "Configure CORS for HTTP APIs": the gateway answers preflight requests by itself,
/// and what functions say of origins does not count.
package struct CrossOrigin: Sendable {
    private let settings: TemplateCORS

    package init(_ settings: TemplateCORS) {
        self.settings = settings
    }

    /// The answer to a preflight request; nil for any other.
    ///
    /// An origin that may not call gets none of the fields, and the browser stops there.
    package func preflightAnswer(to request: GatewayRequest) -> GatewayAnswer? {
        guard request.method == "OPTIONS", let origin = request.header("origin"),
            request.header("access-control-request-method") != nil
        else { return nil }
        guard let allowed = allowed(origin) else { return GatewayAnswer(status: 204, headers: []) }
        var fields = [(name: "access-control-allow-origin", value: allowed)]
        func add(_ name: String, _ values: [String]) {
            if !values.isEmpty { fields.append((name, values.joined(separator: ","))) }
        }
        add("access-control-allow-methods", settings.methods)
        add("access-control-allow-headers", settings.headers)
        add("access-control-expose-headers", settings.exposedHeaders)
        if let age = settings.maximumAgeSeconds { fields.append(("access-control-max-age", String(age))) }
        if settings.allowsCredentials { fields.append(("access-control-allow-credentials", "true")) }
        return GatewayAnswer(status: 204, headers: fields)
    }

    /// Takes the function's own fields out of an answer, and adds the gateway's where the request has an origin.
    package func complete(_ answer: inout GatewayAnswer, to request: GatewayRequest) {
        answer.headers.removeAll { $0.name.hasPrefix("access-control-") }
        guard let origin = request.header("origin"), let allowed = allowed(origin) else { return }
        answer.headers.append(("access-control-allow-origin", allowed))
        if settings.allowsCredentials { answer.headers.append(("access-control-allow-credentials", "true")) }
        if !settings.exposedHeaders.isEmpty {
            answer.headers.append(("access-control-expose-headers", settings.exposedHeaders.joined(separator: ",")))
        }
    }

    /// What stands for the origin: itself, `*`, or nothing.
    ///
    /// A pattern such as `https://*` takes all of a scheme.
    private func allowed(_ origin: String) -> String? {
        for pattern in settings.origins {
            if pattern == "*" { return "*" }
            if pattern.utf8.elementsEqual(origin.utf8) { return origin }
            if pattern.hasSuffix("://*"), origin.hasPrefix(pattern.dropLast()) { return origin }
        }
        return nil
    }
}
