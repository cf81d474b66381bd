import Migrations
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("The migration runner")
struct MigratorTests {
    private func step(_ number: Int32, _ sql: String) -> Migration {
        Migration(number: number, name: "step", sql: Array(sql.utf8))
    }

    @Test("applies everything once; a second run changes nothing")
    func twice() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            #expect(try Migrator.version(of: connection) == 0)
            #expect(try Migrator.migrate(connection).count == Migration.all.count)
            let before = try rows(connection)
            #expect(try Migrator.migrate(connection).isEmpty)
            #expect(try rows(connection) == before)
            #expect(try Migrator.version(of: connection) == Int32(Migration.all.count))
        }
    }

    private func rows(_ connection: PostgresConnection) throws -> [String] {
        try connection.query(
            "select number || name || sha256::text || applied_at as line from migrations.applied order by 1"
        )
        .map { row in try row.decode("line") }
    }

    @Test("eight runners at once apply each migration once")
    func eightAtOnce() throws {
        try withDatabase(migrated: false) { database in
            let list = (1...6).map { step(Int32($0), "create table t\($0) (); select pg_sleep(0.01)") }
            let applied = Mutex<[Int32]>([])
            let failures = Mutex<[String]>([])
            concurrently(8) { _ in
                do {
                    let done = try Migrator.migrate(database.connect(), list).map(\.number)
                    applied.withLock { $0 += done }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 } == [])
            #expect(applied.withLock { $0.sorted() } == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test("refuses to go on when an applied file was changed")
    func changed() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try Migrator.migrate(connection, [step(1, "create table a ()")])
            let edited = [step(1, "create table b ()"), step(2, "create table c ()")]
            #expect(throws: MigrationError.changed(number: 1, name: "step")) {
                try Migrator.migrate(connection, edited)
            }
            #expect(try Migrator.version(of: connection) == 1)
        }
    }

    @Test("a failure in the middle leaves the state before that file, and the rest can follow later")
    func failure() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let first = step(1, "create table a ()")
            let broken = step(2, "create table b (); create table c (); select 1 / 0;")
            let error = #expect(throws: DatabaseError.self) { try Migrator.migrate(connection, [first, broken]) }
            #expect(error?.sqlState == "22012")
            #expect(try Migrator.version(of: connection) == 1)
            #expect(try connection.query("select to_regclass('b') is null as gone").only().decode("gone") == true)
            let repaired = step(2, "create table b ()")
            #expect(try Migrator.migrate(connection, [first, repaired]).map(\.number) == [2])
        }
    }

    @Test(
        "a file that ends its own transaction is refused and leaves nothing, its row included",
        arguments: [
            "commit", "commit and chain", "rollback", "end", "abort", "savepoint s", "do $$ begin commit; end $$",
        ])
    func ownCommit(statement: String) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let list = [step(1, "create table a (); \(statement); create table b ();")]
            let error = #expect(throws: DatabaseError.self) { try Migrator.migrate(connection, list) }
            // feature_not_supported, invalid_transaction_termination
            #expect(["0A000", "2D000"].contains(error?.sqlState), "\(error.debugDescription)")
            #expect(try Migrator.version(of: connection) == 0)
            let left = try connection.query("select to_regclass('a') is null and to_regclass('b') is null as gone")
                .only()
            #expect(try left.decode("gone") == true)
            #expect(try Migrator.migrate(connection, [step(1, "create table a ()")]).count == 1)
        }
    }

    @Test("stops at a database that is newer than the program")
    func newer() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let list = [step(1, "select 1"), step(2, "select 2")]
            try Migrator.migrate(connection, list)
            #expect(throws: MigrationError.newerDatabase(number: 2)) { try Migrator.migrate(connection, [list[0]]) }
        }
    }

    @Test("a list with a gap is refused before anything is done")
    func gap() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            #expect(throws: MigrationError.notConsecutive(number: 3)) {
                try Migrator.migrate(connection, [step(1, "select 1"), step(3, "select 3")])
            }
            #expect(try Migrator.version(of: connection) == 0)
        }
    }
}
