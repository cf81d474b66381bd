import Platform
import PostgresClient
import TestSupport

/// The executables that were built together with the tests.
enum BuiltProducts {
    /// The path of a product; throws where it was not built.
    static func path(of product: String) throws -> String {
        // The test bundle lies beside the products: <bin>/nerdwork-functionsPackageTests.xctest.
        guard let program = try selfPath().map({ folder(of: $0) }) else {
            throw HarnessError("no path of this program")
        }
        let path = program + "/" + product
        guard unsafe access(path, X_OK) == 0 else {
            throw HarnessError("\(path) is missing: run swift build before the tests")
        }
        return path
    }

    private static func selfPath() throws -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        let own = String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // `swift test` runs the bundle inside a helper of the toolchain, whose arguments name the bundle.
        return CommandLine.arguments.first { $0.contains(".xctest") } ?? own
    }

    private static func folder(of path: String) -> String {
        path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }
}

/// The environment of a function that works on a test's database.
func functionVariables(_ database: TestDatabase, role: String) -> [String: String] {
    [
        "PGHOST": database.server.socketDirectory, "PGDATABASE": database.name, "PGUSER": role,
        "AWS_LAMBDA_FUNCTION_NAME": "function", "AWS_LAMBDA_LOG_LEVEL": "WARN", "PATH": "/usr/bin:/bin",
        "TOKEN_ISSUER": "https://issuer.test", "TOKEN_AUDIENCE": "nerdwork-api",
    ]
}
