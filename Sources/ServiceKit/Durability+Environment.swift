package import LambdaRuntime
package import PostgresClient

extension Environment {
    /// When the function's postings give up their locks: `EARLY_LOCK_RELEASE`, `on` or `off`; `on` when it is not set.
    package func durability() throws(InitializationError) -> Durability {
        try choice("EARLY_LOCK_RELEASE", of: ["on", "off"], default: "on") == "on" ? .earlyRelease : .lockedUntilFlushed
    }
}
