package import LambdaRuntime
package import PostgresClient

extension Database {
    /// Opens the session that the `PG*` variables name, for a function whose every event needs it; how it logs in,
    /// see `DatabaseLogin`.
    ///
    /// A database that does not answer is no reason to fail the start: the session is tried again when it is needed.
    ///
    /// - Parameter schema: the number of the newest migration that the function relies on.
    /// - Throws: `InitializationError` for a variable that is missing or wrong, which it names, and for a database
    ///   whose schema is older than the function.
    package static func open(
        for environment: RuntimeEnvironment, requiringSchema schema: Int32
    ) throws(InitializationError) -> Database {
        let database = try atFirstUse(for: environment)
        if let found = database.appliedSchema, found < schema {
            throw InitializationError(
                type: "Function.SchemaTooOld",
                message: "the database is at migration \(found), this function needs \(schema): run provision first")
        }
        return database
    }

    /// The session that the `PG*` variables name, opened when it is first needed; for a function that often needs none.
    ///
    /// - Throws: `InitializationError` for a variable that is missing or wrong, which it names.
    package static func atFirstUse(for environment: RuntimeEnvironment) throws(InitializationError) -> Database {
        let login = try DatabaseLogin(environment)
        let configuration = try login.configuration(environment)
        let database = Database(configuration, login: try login.source(for: configuration, environment))
        environment.onShutdown { database.close() }
        return database
    }

    /// The newest migration that was applied; nil when the database does not answer.
    private var appliedSchema: Int32? {
        do {
            return try unitOfWork(deadline: nil) { connection in
                let rows = try connection.query("select coalesce(max(number), 0) as number from migrations.applied")
                return try rows.only().decode("number")
            }
        } catch let error as DatabaseError where error.isUndefinedTable {
            return 0
        } catch {
            return nil
        }
    }
}

extension DatabaseError {
    /// `undefined_table` or `invalid_schema_name` (PostgreSQL manual, appendix A).
    fileprivate var isUndefinedTable: Bool {
        sqlState == "42P01" || sqlState == "3F000"
    }
}
