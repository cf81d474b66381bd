import LambdaRuntime

/// How long the long cases take: short by default, in full by environment variables (docs/testing.md).
enum TestVariables {
    /// Case 1: `RUNTIME_TEST_NEXT_SECONDS=90` for the full case.
    static let nextBlocksSeconds = number("RUNTIME_TEST_NEXT_SECONDS") ?? 3
    /// Case 22: `RUNTIME_TEST_FREEZE_SECONDS=120` for the full case.
    static let freezeSeconds = number("RUNTIME_TEST_FREEZE_SECONDS") ?? 2
    /// Case 26: `RUNTIME_TEST_INVOCATIONS=100000` for the full case.
    static let invocations = number("RUNTIME_TEST_INVOCATIONS") ?? 10_000

    private static func number(_ name: String) -> Int? {
        RuntimeEnvironment.variable(name).flatMap { Int($0) }
    }
}
