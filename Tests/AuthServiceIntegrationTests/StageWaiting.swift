import PostgresClient
import TestSupport

extension TestDatabase {
    /// Waits until some session of the database waits for another one.
    func waitUntilSomebodyWaits() throws {
        let observer = try connect()
        let isWaiting: SQL = """
            select count(*) > 0 as is_waiting from pg_stat_activity
            where datname = \(name) and cardinality(pg_blocking_pids(pid)) > 0
            """
        for _ in 0..<12_000 {
            if try observer.query(isWaiting).only().decode("is_waiting") { return }
            _ = try observer.query("select pg_sleep(0.005)")
        }
        throw HarnessError("nobody waits")
    }
}
