package import LambdaRuntime
package import PostgresClient

extension Database {
    /// The database that the `PG*` variables name; nothing is connected yet.
    ///
    /// - Throws: `InitializationError` that names the variable which is missing or wrong.
    package convenience init(environment: RuntimeEnvironment) throws(InitializationError) {
        do {
            self.init(try ConnectionConfiguration(environment: { environment[$0] }))
        } catch {
            throw InitializationError(message: error.message)
        }
    }
}
