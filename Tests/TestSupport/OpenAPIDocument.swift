internal import Foundation
package import StrictJSON

/// docs/openapi.json, as far as answers can be compared with it.
package struct OpenAPIDocument: Sendable {
    /// An answer that the document allows or that a service gave; `code` is empty for an answer that is no problem.
    package struct Observation: Hashable, Comparable, Sendable, CustomStringConvertible {
        package let operation: String
        package let status: Int
        package let code: String

        package init(operation: String, status: Int, code: String) {
            self.operation = operation
            self.status = status
            self.code = code
        }

        package var description: String { "\(operation) \(status) \(code)" }

        package static func < (left: Observation, right: Observation) -> Bool { left.description < right.description }
    }

    /// One method of one path.
    package struct Operation: Sendable {
        /// `POST /auth/login`.
        package let name: String
        package let method: String
        package let path: String
        package let needsToken: Bool
        /// Whether a token is of any use.
        package let takesToken: Bool
        package let takesJSON: Bool
        /// Logical name of the function that answers it; empty for what no gateway asks.
        package let function: String
        package let responses: [Int: JSONValue]

        /// Whether a function of the auth service answers it.
        package var isAuth: Bool { function.hasPrefix("Auth") || path.hasPrefix("/health") }
    }

    private static let methods = ["get", "post", "put", "patch", "delete"]

    package let root: JSONValue
    package let operations: [Operation]

    /// Reads the document; throws where it is not what `Operation` holds.
    package init() throws {
        let folder = URL(filePath: #filePath).appending(path: "../../../docs/openapi.json").standardized
        root = try JSONDocument(parsing: Array(Data(contentsOf: folder))).root
        var operations: [Operation] = []
        for (path, item) in try root.member("paths").members {
            for (method, value) in try item.members where Self.methods.contains(method) {
                operations.append(try Self.operation(method, path, value, root))
            }
        }
        self.operations = operations
    }

    private static func operation(
        _ method: String, _ path: String, _ value: JSONValue, _ root: JSONValue
    ) throws -> Operation {
        var responses: [Int: JSONValue] = [:]
        for (status, response) in try value.member("responses").members {
            responses[Int(status) ?? 0] = try resolved(response, root)
        }
        let security = try value.member("security").elements.map { try $0.members.map(\.name) }
        let function = try value.optional("x-nerdwork-function")?.string() ?? ""
        return Operation(
            name: "\(method.uppercased()) \(path)", method: method.uppercased(), path: path,
            needsToken: security == [["accessToken"]], takesToken: security.contains(["accessToken"]),
            takesJSON: value["requestBody"]?["content"]?["application/json"] != nil,
            function: function, responses: responses)
    }

    /// What a reference stands for; anything else is itself.
    package static func resolved(_ value: JSONValue, _ root: JSONValue) throws -> JSONValue {
        guard let reference = try value.optional("$ref")?.string() else { return value }
        return try reference.split(separator: "/").dropFirst().reduce(root) { try $0.member(String($1)) }
    }

    /// The operation that a request is for; nil where the document has none.
    package func operation(_ method: String, _ path: String) -> Operation? {
        let wanted = path.split(separator: "/", omittingEmptySubsequences: false)
        // A path without parameters goes before one with them.
        return operations.filter { $0.method == method && Self.matches($0.path, wanted) }
            .min { !$0.path.contains("{") && $1.path.contains("{") }
    }

    private static func matches(_ pattern: String, _ path: [Substring]) -> Bool {
        let parts = pattern.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == path.count && zip(parts, path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    /// Every answer of ours that the document allows to the operation.
    package func allowed(_ operation: Operation) throws -> [Observation] {
        try operation.responses.flatMap { status, response in
            guard status >= 400 else { return [Observation(operation: operation.name, status: status, code: "")] }
            return try Self.codes(response).map { Observation(operation: operation.name, status: status, code: $0) }
        }
    }

    /// The codes of problems; none where only the gateway answers so.
    private static func codes(_ response: JSONValue) throws -> [String] {
        guard let schema = response["content"]?["application/problem+json"]?["schema"] else { return [] }
        for part in try schema.member("allOf").elements {
            if let code = part["properties"]?["code"] {
                return try code.member("enum").elements.map { try $0.string() }
            }
        }
        return []
    }
}
