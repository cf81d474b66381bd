import Foundation
internal import LocalPlatform
internal import ServiceKit
import Testing

/// docs/openapi.json against a validator, its form for API Gateway, the services and the template.
@Suite("The OpenAPI documents")
struct OpenAPIDocumentTests {
    private static let methods: Set<String> = ["get", "put", "post", "delete", "patch", "head", "options", "trace"]

    /// An operation of the document.
    private struct Operation: Hashable {
        let key: String
        /// Logical name of the function that the gateway asks; nil for what is no route of it.
        let function: String?
        let needsToken: Bool
    }

    private func operations() throws -> [Operation] {
        try (Repository.tree("docs/openapi.json")["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { Self.methods.contains($0.name) }.map { method in
                Operation(
                    key: "\(method.name.uppercased()) \(path.name)",
                    function: method.value["x-nerdwork-function"]?.text,
                    needsToken: method.value["security"]?.elements.map { $0.members.map(\.name) } == [["accessToken"]])
            }
        }
    }

    /// The output and the exit status of a program in the repository's folder.
    private func run(_ program: String, _ arguments: [String]) throws -> (output: String, status: Int32) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "\(Repository.root)/\(program)")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: Repository.root)
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: output, as: UTF8.self), process.terminationStatus)
    }

    @Test("Are valid", arguments: ["docs/openapi.json", "docs/openapi-3.0.json"])
    func valid(document: String) throws {
        let python = ".build/venv/bin/python"
        try #require(Files.exists("\(Repository.root)/\(python)"), "scripts/lib/python-environment makes it")
        let result = try run(python, ["-W", "ignore", "-m", "openapi_spec_validator", document])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test("The one for API Gateway is what scripts/openapi-3.0 makes of the other")
    func derived() throws {
        let made = try run("scripts/openapi-3.0", ["--print"])
        let isCurrent = try made.status == 0 && made.output == Repository.text("docs/openapi-3.0.json")
        #expect(isCurrent, "run scripts/openapi-3.0")
    }

    @Test("Have each operation once, and an example for every body of a problem")
    func complete() throws {
        let operations = try operations()
        #expect(operations.count >= 40)
        #expect(Set(operations.map(\.key)).count == operations.count)
        let text = try Repository.text("docs/openapi.json")
        let identifiers = text.matches(of: /"operationId": "([A-Za-z]+)"/).map { String($0.1) }
        #expect(Set(identifiers).count == operations.count && identifiers.count == operations.count)
    }

    @Test("Name the routes that the services answer, and no others")
    func routesOfServices() throws {
        let answered = Set(
            try Services.dispatchers().flatMap { $0.routes.map { "\($0.method.rawValue) \($0.pattern)" } })
        #expect(Set(try operations().map(\.key)).symmetricDifference(answered) == [])
    }

    @Test("Name the template's routes, their functions and their authorization, and no others")
    func routesOfTemplate() throws {
        let integrations = try Repository.resources(ofType: "AWS::ApiGatewayV2::Integration")
        let aliases = try Repository.resources(ofType: "AWS::Lambda::Alias")
        let routes = try Repository.resources(ofType: "AWS::ApiGatewayV2::Route").map { route in
            let target = try #require(route.properties["Target"]?["Fn::Sub"]?.text)
            let integration = try #require(integrations.first { target == "integrations/${\($0.name)}" })
            let invoked = integration.properties["IntegrationUri"]?["Ref"]?.text
            let alias = try #require(aliases.first { $0.name == invoked })
            return Operation(
                key: try #require(route.properties["RouteKey"]?.text),
                function: alias.properties["FunctionName"]?["Ref"]?.text,
                needsToken: route.properties["AuthorizationType"]?.text == "JWT")
        }
        #expect(Set(try operations().filter { $0.function != nil }).symmetricDifference(routes) == [])
    }

    @Test("Their codes of problems are those of docs/error-codes.md")
    func codes() throws {
        let document = try Repository.text("docs/openapi.json")
        let lists = document.matches(of: /"code": \{\s*"enum": \[([a-z_", \n]+)\]/)
        let named = Set(lists.flatMap { $0.1.matches(of: /[a-z_]+/).map { String($0.0) } })
        let page = try Repository.text("docs/error-codes.md")
        let documented = Set(page.matches(of: /\n\| \d{3} \| `([a-z_]+)` \|/).map { String($0.1) })
        // No operation can be answered so: one is what other methods of its path get, the other what somebody gets who
        // does not call the address that the documents are about.
        #expect(documented.subtracting(named) == ["method_not_allowed", "origin_refused"])
        #expect(named.subtracting(documented) == [])
    }

    @Test("I79: what hashes passwords and what does not are different functions, and the first one is limited")
    func bulkhead() throws {
        let hashing: Set<String> = [
            "POST /auth/signup", "POST /auth/signup/resend", "POST /auth/verify-email", "POST /auth/login",
            "POST /auth/login/mfa", "POST /auth/password/forgot", "POST /auth/password/reset",
            "POST /auth/password/change", "POST /auth/reauthenticate", "DELETE /auth/profile",
        ]
        let operations = try operations()
        #expect(Set(operations.filter { $0.function == "AuthPasswordFunction" }.map(\.key)) == hashing)
        #expect(operations.filter { $0.function == "AuthFunction" }.map(\.key).contains("POST /auth/token/refresh"))
        let functions = try Repository.resources(ofType: "AWS::Lambda::Function")
        func reserved(_ name: String) -> JSONTree? {
            functions.first { $0.name == name }?.properties["ReservedConcurrentExecutions"]
        }
        #expect(reserved("AuthPasswordFunction") != nil)
    }
}
