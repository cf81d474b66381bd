package import Codecs
internal import Platform

/// The service's one session with the database: opened when first needed, replaced when found dead.
package final class Database {
    private let configuration: ConnectionConfiguration
    private let connectMilliseconds: Int64
    private let login: LoginSource?
    private var connection: PostgresConnection?
    /// Why the last attempt to connect failed; nil after a success.
    package private(set) var lastFailure: DatabaseError?

    /// - Parameters:
    ///   - connectMilliseconds: the longest time for connecting and logging in.
    ///   - login: asked before each new session, and once more where the server refuses what it gave.
    package init(
        _ configuration: ConnectionConfiguration, connectMilliseconds: Int = 5_000, login: LoginSource? = nil
    ) {
        self.configuration = configuration
        self.connectMilliseconds = Int64(connectMilliseconds)
        self.login = login
    }

    /// Tries to connect now.
    ///
    /// A failure is remembered, not thrown: the session is tried again when it is needed.
    package func open() {
        _ = try? session(limit: nil)
    }

    /// Ends the session, as when the environment shuts down (SIGTERM).
    package func close() {
        connection?.close()
        connection = nil
    }

    /// Runs `body` with the session, its blocking calls bounded by the deadline.
    ///
    /// Once, the session is replaced and `body` repeated: when the connection was lost before anything could take
    /// effect, or, if the caller says that it is `idempotent`, whenever it was lost.
    /// - Parameter deadline: when the caller needs the answer; the database gets the time left minus `marginMilliseconds`.
    @discardableResult
    package func unitOfWork<Value>(
        deadline: Timestamp?, marginMilliseconds: Int64 = 100, idempotent: Bool = false,
        _ body: (PostgresConnection) throws -> Value
    ) throws -> Value {
        let limit = deadline.map { deadline in
            let left = deadline.millisecondsSince1970 - SystemClock.now().millisecondsSince1970
            return TimeLimit.after(milliseconds: left - marginMilliseconds)
        }
        let connection = try session(limit: limit)
        do {
            return try run(body, connection, limit)
        } catch {
            guard mayRepeat(connection, limit, idempotent: idempotent) else { throw error }
            return try run(body, try session(limit: limit), limit)
        }
    }

    private func run<Value>(
        _ body: (PostgresConnection) throws -> Value, _ connection: PostgresConnection, _ limit: TimeLimit?
    ) throws -> Value {
        connection.beginUnit(limit: limit)
        defer { connection.limit = nil }
        return try body(connection)
    }

    private func mayRepeat(_ connection: PostgresConnection, _ limit: TimeLimit?, idempotent: Bool) -> Bool {
        guard !connection.isUsable, limit.map({ !$0.hasPassed }) ?? true else { return false }
        return idempotent || connection.lostBeforeAnything
    }

    /// The living session, or a new one.
    private func session(limit: TimeLimit?) throws(DatabaseError) -> PostgresConnection {
        if let connection, connection.isUsable, connection.isQuiet { return connection }
        connection = nil
        let time = limit.map { min($0.remainingMilliseconds, connectMilliseconds) } ?? connectMilliseconds
        do {
            let fresh = try PostgresConnection.open(configuration, login: login, limit: .after(milliseconds: time))
            connection = fresh
            lastFailure = nil
            return fresh
        } catch {
            lastFailure = error
            throw error
        }
    }
}

@available(*, unavailable) extension Database: Sendable {}
