/// A function of the template, with everything that its process needs.
package struct TemplateFunction: Sendable {
    /// `auth-password` for the function that AWS knows as `nerdwork-auth-password`, where the stack is `nerdwork`; the
    /// package's name where it has another form.
    package let name: String
    /// Name of the executable and of the package: `auth` for `auth.zip`, from which two functions are made.
    package let package: String
    /// Name that AWS knows it by (`AWS_LAMBDA_FUNCTION_NAME`).
    package let functionName: String
    package let arn: String
    /// The alias by which it is invoked, such as `live`; nil where the template has none.
    package let alias: String?
    package let handler: String
    package let timeoutSeconds: Int
    package let memoryMegabytes: Int
    package let logGroup: String
    /// `JSON` or `Text`.
    package let logFormat: String
    package let logLevel: String
    /// The template's own variables, resolved.
    package let environment: [String: String]
    /// How often Lambda tries an event again that the function failed with (`MaximumRetryAttempts`).
    package let maximumRetryAttempts: Int
    /// How long Lambda keeps an event that it took asynchronously (`MaximumEventAgeInSeconds`).
    package let maximumEventAgeSeconds: Int
    /// Most invocations at a time (`ReservedConcurrentExecutions`); nil where the template reserves none.
    package var reservedConcurrency: Int?
    /// What it may do in AWS; nil where the template gives it no role, and then it may do nothing.
    package let role: FunctionRole?

    /// The ARN that invocations name: the alias's, where there is one.
    package var invokedARN: String { alias.map { "\(arn):\($0)" } ?? arn }
}

/// A route of the HTTP API.
package struct TemplateRoute: Sendable {
    /// `GET /loyalty/me`.
    package let key: String
    /// Name of the function that answers it.
    package let function: String
    /// Whether the gateway asks for an access token.
    package let needsToken: Bool
    /// Scopes of which a token needs one; none where it needs none (`AuthorizationScopes`).
    package var scopes: [String] = []
    /// How long the gateway waits for the function's answer (`TimeoutInMillis`).
    package var timeoutMilliseconds = 30_000
}

/// The JWT authorizer of the HTTP API.
package struct TemplateAuthorizer: Sendable {
    /// `iss` of the tokens that it takes.
    package let issuer: String
    /// `aud` of the tokens that it takes.
    package let audience: String
}

/// What SES knows of the template: from whom it sends, and what it tells of that.
package struct TemplateMail: Sendable {
    /// Domains and addresses that mail may be sent from (`AWS::SES::EmailIdentity`).
    package internal(set) var identities: [String] = []
    /// Each configuration set with the kinds of events that it puts on the default bus, such as `delivery`.
    package internal(set) var configurationSets: [String: Set<String>] = [:]

    package init() {}
}
