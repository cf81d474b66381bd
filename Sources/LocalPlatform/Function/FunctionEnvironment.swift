internal import Platform

/// The variables that a function's process gets: Lambda's own, the template's, and where the database is.
package enum FunctionEnvironment {
    /// The whole environment; nothing of the developer's own comes through.
    ///
    /// - Parameters:
    ///   - database: where the database is; replaces what the template says of it.
    ///   - access: what AWS is called with.
    static func variables(
        for function: TemplateFunction, runtimeAPI: String, taskRoot: String, database: DatabaseVariables,
        access: AWSAccess
    ) -> [String: String] {
        var variables = function.environment.filter { !database.replaces($0.key) }
        variables.merge(lambda(function, runtimeAPI: runtimeAPI, taskRoot: taskRoot)) { _, reserved in reserved }
        variables.merge(access.variables) { _, reserved in reserved }
        variables.merge(database.values) { _, local in local }
        return variables
    }

    /// What Lambda itself sets (AWS Lambda guide, "Defined runtime environment variables").
    private static func lambda(
        _ function: TemplateFunction, runtimeAPI: String, taskRoot: String
    ) -> [String: String] {
        [
            "AWS_LAMBDA_RUNTIME_API": runtimeAPI,
            "AWS_LAMBDA_FUNCTION_NAME": function.functionName,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": String(function.memoryMegabytes),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.logGroup,
            "AWS_LAMBDA_LOG_STREAM_NAME": "local/[$LATEST]0000000000000000",
            "AWS_LAMBDA_LOG_FORMAT": function.logFormat,
            "AWS_LAMBDA_LOG_LEVEL": function.logLevel,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "_HANDLER": function.handler,
            "LAMBDA_TASK_ROOT": taskRoot,
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        ]
    }
}
