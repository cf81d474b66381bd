/// What the template says of the HTTP API beside its routes.
package struct TemplateHTTP: Sendable {
    /// Nil where the API answers no preflight requests.
    package internal(set) var cors: TemplateCORS?
    /// `$default`, or the name that leads every path.
    package internal(set) var stage = "$default"
    package internal(set) var stageVariables: [(name: String, value: String)] = []
    /// For the routes that have no limit of their own; nil where only the account's limit holds.
    package internal(set) var defaultThrottle: TemplateThrottle?
    /// By route key.
    package internal(set) var throttles: [String: TemplateThrottle] = [:]

    /// The limit of a route.
    package func throttle(of routeKey: String) -> TemplateThrottle? {
        throttles[routeKey] ?? defaultThrottle
    }
}

/// A token bucket (API Gateway developer guide, "Throttle requests to your HTTP APIs").
package struct TemplateThrottle: Sendable, Equatable {
    /// Requests a second.
    package let rate: Double
    /// Requests at a moment.
    package let burst: Int
}

/// `CorsConfiguration` of an HTTP API; names of header fields in lower case.
package struct TemplateCORS: Sendable {
    package let origins: [String]
    package let methods: [String]
    package let headers: [String]
    package let exposedHeaders: [String]
    package let allowsCredentials: Bool
    package let maximumAgeSeconds: Int?
}
