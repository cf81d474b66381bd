extension TemplateReader {
    /// `AWS::ApiGatewayV2::Api`; nil without `CorsConfiguration`.
    func cors(_ name: String, _ resource: JSONTree) throws(LocalError) -> TemplateCORS? {
        let properties = try properties(of: resource, name)
        if let type = properties["ProtocolType"]?.text, type != "HTTP" {
            throw LocalError(.configuration, "\(name) is an API of type \(type); only HTTP is served.")
        }
        guard let cors = properties["CorsConfiguration"] else { return nil }
        func texts(_ member: String) -> [String] { (cors[member]?.elements ?? []).compactMap(\.text) }
        return TemplateCORS(
            origins: texts("AllowOrigins"), methods: texts("AllowMethods"),
            headers: texts("AllowHeaders").map { $0.lowercased() },
            exposedHeaders: texts("ExposeHeaders").map { $0.lowercased() },
            allowsCredentials: cors.isTrue("AllowCredentials"),
            maximumAgeSeconds: cors["MaxAge"]?.scalarText.flatMap { Int($0) })
    }

    /// `AWS::ApiGatewayV2::Stage`: its name, its variables and its limits.
    func stage(_ name: String, _ resource: JSONTree, into http: inout TemplateHTTP) throws(LocalError) {
        let properties = try properties(of: resource, name)
        http.stage = try text("StageName", of: properties, name)
        http.stageVariables = (properties["StageVariables"]?.members ?? []).compactMap { member in
            member.value.scalarText.map { (member.name, $0) }
        }
        http.defaultThrottle = try throttle(properties["DefaultRouteSettings"], of: name)
        for route in properties["RouteSettings"]?.members ?? [] {
            http.throttles[route.name] = try throttle(route.value, of: "\(name)/\(route.name)")
        }
    }

    private func throttle(_ settings: JSONTree?, of name: String) throws(LocalError) -> TemplateThrottle? {
        guard let settings, settings["ThrottlingRateLimit"] != nil || settings["ThrottlingBurstLimit"] != nil else {
            return nil
        }
        guard let rate = Double(settings["ThrottlingRateLimit"]?.scalarText ?? "10000"), rate >= 0,
            let burst = Int(settings["ThrottlingBurstLimit"]?.scalarText ?? "5000"), burst >= 0
        else { throw LocalError(.data, "The throttling of \(name) in template.json is no number.") }
        return TemplateThrottle(rate: rate, burst: burst)
    }
}
