/// Reads single resources of a template; each error names the resource.
struct TemplateReader {
    let values: TemplateValues
    /// Properties of the resources whose condition holds, with everything resolved.
    private let resolved: [String: JSONTree]

    /// Resolves the whole template, so that what is wrong in it is found before anything starts.
    init(_ values: TemplateValues) throws(LocalError) {
        self.values = values
        var resolved: [String: JSONTree] = [:]
        for name in values.declaredNames {
            guard let resource = try values.resource(name) else { continue }
            let properties = resource["Properties"] ?? .object([])
            resolved[name] = try Intrinsics(values: values).resolve(properties, at: name) ?? .object([])
        }
        self.resolved = resolved
    }

    func function(_ name: String, _ resource: JSONTree) throws(LocalError) -> TemplateFunction {
        let properties = try properties(of: resource, name)
        let logging = properties["LoggingConfig"] ?? .null
        let (shortName, package, functionName) = try identity(properties, name)
        let asynchronous = try asynchronous(functionName)
        return TemplateFunction(
            name: shortName, package: package, functionName: functionName,
            arn: try values.attribute("Arn", of: name).text ?? "",
            alias: try values.aliases(ofFunction: functionName).first,
            handler: try text("Handler", of: properties, name),
            timeoutSeconds: try number("Timeout", of: properties, name, range: 1...900, default: 3),
            memoryMegabytes: try number("MemorySize", of: properties, name, range: 128...10_240, default: 128),
            logGroup: logging["LogGroup"]?.text ?? "/aws/lambda/\(functionName)",
            logFormat: logging["LogFormat"]?.text ?? "Text", logLevel: logging["ApplicationLogLevel"]?.text ?? "INFO",
            environment: try environment(properties["Environment"]?["Variables"] ?? .object([]), name),
            maximumRetryAttempts: asynchronous.attempts, maximumEventAgeSeconds: asynchronous.age,
            reservedConcurrency: try reservedConcurrency(properties, name),
            role: try role(properties["Role"]?.text, of: name))
    }

    /// What a function is called: here, by its package, and in AWS.
    private func identity(
        _ properties: JSONTree, _ name: String
    ) throws(LocalError) -> (name: String, package: String, functionName: String) {
        let key = try text("S3Key", of: properties["Code"] ?? .null, name)
        let file = key.split(separator: "/").last.map(String.init) ?? key
        guard file.hasSuffix(".zip") else {
            throw LocalError(.data, "The function \(name) of template.json has no .zip as its S3Key.")
        }
        let functionName = try text("FunctionName", of: properties, name)
        let package = String(file.dropLast(4))
        return (Self.shortName(functionName) ?? package, package, functionName)
    }

    /// The name without that of the stack; nil where it does not begin with it.
    private static func shortName(_ functionName: String) -> String? {
        let prefix = (TemplateValues.pseudoParameters["AWS::StackName"] ?? "") + "-"
        return functionName.hasPrefix(prefix) ? String(functionName.dropFirst(prefix.count)) : nil
    }

    private func reservedConcurrency(_ properties: JSONTree, _ name: String) throws(LocalError) -> Int? {
        guard properties["ReservedConcurrentExecutions"] != nil else { return nil }
        return try number("ReservedConcurrentExecutions", of: properties, name, range: 0...1_000_000, default: 0)
    }

    /// Lambda's own numbers are 2 and six hours, where no `AWS::Lambda::EventInvokeConfig` says otherwise.
    ///
    /// One counts only for what is invoked by its qualifier (Lambda developer guide, "Configuring error handling for
    /// asynchronous invocation"): the alias where there is one.
    private func asynchronous(_ functionName: String) throws(LocalError) -> (attempts: Int, age: Int) {
        let qualifier = try values.aliases(ofFunction: functionName).first ?? "$LATEST"
        for name in values.resourceNames(ofType: "AWS::Lambda::EventInvokeConfig") {
            guard let resource = try values.resource(name) else { continue }
            let reference = try values.functionReference(of: resource, name)
            let properties = try properties(of: resource, name)
            guard reference.name == functionName,
                properties["Qualifier"]?.text ?? reference.qualifier ?? "$LATEST" == qualifier
            else { continue }
            return (
                try number("MaximumRetryAttempts", of: properties, name, range: 0...2, default: 2),
                try number("MaximumEventAgeInSeconds", of: properties, name, range: 60...21_600, default: 21_600)
            )
        }
        return (2, 21_600)
    }

    func route(_ name: String, _ resource: JSONTree) throws(LocalError) -> TemplateRoute {
        let properties = try properties(of: resource, name)
        let target = try text("Target", of: properties, name)
        let integrationName = String(target.drop { $0 != "/" }.dropFirst())
        guard let integration = try values.resource(integrationName) else {
            throw LocalError(.data, "The route \(name) of template.json has no integration \"\(integrationName)\".")
        }
        let key = try text("RouteKey", of: properties, name)
        let integrationProperties = try self.properties(of: integration, integrationName)
        let arn = try text("IntegrationUri", of: integrationProperties, name)
        return TemplateRoute(
            key: key, function: try functionName(arn, usedBy: name),
            needsToken: properties["AuthorizationType"]?.text == "JWT",
            scopes: (properties["AuthorizationScopes"]?.elements ?? []).compactMap(\.text),
            timeoutMilliseconds: try number(
                "TimeoutInMillis", of: integrationProperties, integrationName, range: 50...30_000, default: 30_000))
    }

    /// `AWS::ApiGatewayV2::Authorizer` with one issuer and one audience.
    func authorizer(_ name: String, _ resource: JSONTree) throws(LocalError) -> TemplateAuthorizer {
        let properties = try properties(of: resource, name)
        let audiences = properties["JwtConfiguration"]?["Audience"]?.elements ?? []
        guard properties["AuthorizerType"]?.text == "JWT", audiences.count == 1, let audience = audiences[0].text else {
            throw LocalError(
                .configuration, "\(name) is no JWT authorizer with one audience; invoke-local knows no other.")
        }
        return TemplateAuthorizer(
            issuer: try text("Issuer", of: properties["JwtConfiguration"] ?? .null, name), audience: audience)
    }

    /// The short name of the function that is named by its name, its ARN or the ARN of its alias.
    ///
    /// Throws `.configuration` for what is no function of this template, and for an alias that it does not have.
    func functionName(_ reference: String, usedBy user: String) throws(LocalError) -> String {
        let reference = FunctionReference(reference)
        guard let name = try values.logicalName(ofFunction: reference.name), let resource = try values.resource(name)
        else {
            throw LocalError(.configuration, "\(user) targets something other than a function of this template.")
        }
        if let qualifier = reference.qualifier, try !values.hasQualifier(qualifier, function: reference.name) {
            throw LocalError(
                .configuration, "\(user) targets \(qualifier) of \(name), which has no such alias or version.")
        }
        return try identity(try properties(of: resource, name), name).name
    }

    private func environment(_ variables: JSONTree, _ name: String) throws(LocalError) -> [String: String] {
        var environment: [String: String] = [:]
        for variable in variables.members {
            guard let value = variable.value.scalarText else {
                throw LocalError(.data, "The variable \(variable.name) of \(name) in template.json is no text.")
            }
            environment[variable.name] = value
        }
        return environment
    }

    func properties(of resource: JSONTree, _ name: String) throws(LocalError) -> JSONTree {
        resolved[name] ?? .object([])
    }

    func text(_ member: String, of tree: JSONTree, _ name: String) throws(LocalError) -> String {
        guard let text = tree[member]?.scalarText, !text.isEmpty else {
            throw LocalError(.data, "The resource \(name) of template.json has no \(member).")
        }
        return text
    }

    func number(
        _ member: String, of tree: JSONTree, _ name: String, range: ClosedRange<Int>, default usual: Int
    ) throws(LocalError) -> Int {
        guard let text = tree[member]?.scalarText else { return usual }
        guard let number = Int(text), range.contains(number) else {
            throw LocalError(
                .data,
                "\(member) of \(name) in template.json is not between \(range.lowerBound) and \(range.upperBound).")
        }
        return number
    }
}
