import Codecs
import Platform
import PostgresClient
import TestSupport
import Testing

@Suite("The deadline")
struct DeadlineTests {
    private func elapsedSeconds(_ body: () throws -> Void) rethrows -> Double {
        let start = SystemClock.monotonicNanoseconds()
        try body()
        return Double(SystemClock.monotonicNanoseconds() - start) / 1e9
    }

    @Test("stops a statement on the server, and the session goes on")
    func statementTimeout() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            connection.limit = .after(milliseconds: 600)
            var error: DatabaseError?
            let seconds = elapsedSeconds {
                error = #expect(throws: DatabaseError.self) { try connection.query("select pg_sleep(300)") }
            }
            #expect(error?.code == .deadline && error?.sqlState == "57014" && error?.outcome == .notApplied)
            #expect(seconds < 60)
            connection.limit = nil
            #expect(try connection.query("show statement_timeout").only().decode("statement_timeout") == "0")
        }
    }

    @Test("stops a statement inside a transaction, which is rolled back")
    func inTransaction() throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let pool = try Database(database.configuration())
            let error = #expect(throws: DatabaseError.self) {
                try pool.unitOfWork(deadline: SystemClock.now().advanced(byMilliseconds: 800)) { connection in
                    try connection.transaction { transaction in
                        try transaction.execute("insert into t values (1)")
                        _ = try transaction.query("select pg_sleep(30)")
                    }
                }
            }
            #expect(error?.code == .deadline)
            let rows = try pool.unitOfWork(deadline: nil) { connection in
                try connection.query("select count(*) as n from t").only().decode("n", as: Int.self)
            }
            #expect(rows == 0)
        }
    }

    @Test("holds although the server says nothing at all", arguments: FaultProxy.Side.allCases)
    func silentServer(_ side: FaultProxy.Side) throws {
        try withDatabase(migrated: false) { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let connection = try PostgresConnection(proxy.through(database.configuration()))
            proxy.arm(.stall(side, after: 0))
            connection.limit = .after(milliseconds: 500)
            var error: DatabaseError?
            let seconds = elapsedSeconds {
                error = #expect(throws: DatabaseError.self) { try connection.query("select 1 as x") }
            }
            #expect(error?.code == .deadline && error?.sqlState == nil && error?.outcome == .unknown)
            #expect(seconds < 60)
            #expect(!connection.isUsable)
        }
    }

    @Test("holds while connecting to something that never answers")
    func silentLogin() throws {
        let (listener, port) = try silentListener()
        defer { _ = close(listener) }
        let configuration = try ConnectionConfiguration(
            hosts: ["127.0.0.1"], ports: [port], database: "d", user: "u", tlsMode: .disable)
        let error = #expect(throws: DatabaseError.self) {
            try PostgresConnection(configuration, timeoutMilliseconds: 300)
        }
        #expect(error?.code == .deadline)
    }

    @Test("that has passed sends nothing")
    func passed() throws {
        try withDatabase(migrated: false) { database in
            let pool = try Database(database.configuration())
            pool.open()
            #expect(pool.lastFailure == nil)
            let error = #expect(throws: DatabaseError.self) {
                try pool.unitOfWork(deadline: SystemClock.now()) { try $0.execute("create table t ()") }
            }
            #expect(error?.code == .deadline && error?.outcome == .notApplied)
            let absent = try pool.unitOfWork(deadline: nil) { connection in
                try connection.query("select to_regclass('t') is null as absent").only().decode("absent", as: Bool.self)
            }
            #expect(absent)
        }
    }

    @Test("costs a message only when the session's timeout must change")
    func settingIsKept() throws {
        try withDatabase(migrated: false) { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let pool = try Database(proxy.through(database.configuration()))
            var messages: [Int] = []
            for _ in 0..<4 {
                proxy.arm(nil)
                try pool.unitOfWork(deadline: SystemClock.now().advanced(byMilliseconds: 10_000)) { connection in
                    _ = try connection.query("select 1 as x")
                }
                messages.append(proxy.messageCount(from: .client))
            }
            // Bind, Describe, Execute, Sync.
            #expect(messages.dropFirst() == [4, 4, 4])
        }
    }
}
