import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

@Suite("A commit with early release")
struct EarlyReleaseTests {
    private func withTable(_ body: (TestDatabase) throws -> Void) throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int); insert into t values (1)")
            try body(database)
        }
    }

    /// The letters of the messages, and the statements of those that prepare one (`P`).
    private func letters(_ messages: [[UInt8]]) -> (types: String, prepared: [String]) {
        let prepared = messages.filter { $0.first == UInt8(ascii: "P") }.map { message in
            let fields = message.dropFirst(5).split(separator: 0, omittingEmptySubsequences: false)
            return String(decoding: fields[1], as: UTF8.self)
        }
        return (String(decoding: messages.compactMap(\.first), as: UTF8.self), prepared)
    }

    @Test("is one flush: begin, setting, statements, commit, and the transaction that waits for the disk")
    func bytes() throws {
        try withTable { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let connection = try PostgresConnection(proxy.through(database.configuration()))
            for round in 1...2 {
                proxy.arm(nil)
                let results = try connection.transaction { transaction in
                    try transaction.commit(
                        with: ["update t set x = x + 1", "select x from t"], durability: .earlyRelease)
                }
                #expect(try results.map(\.affectedRows) == [1, 1] && results[1].only().decode("x") == round + 1)
                #expect(proxy.roundTrips == 1, "round \(round)")
                let sent = letters(proxy.messagesOfClient)
                let once = round == 1 ? "PBDE" : "BDE"
                #expect(sent.types == String(repeating: once, count: 6) + "S")
                guard round == 1 else { continue }
                #expect(
                    sent.prepared == [
                        "begin isolation level read committed read write",
                        "select set_config('synchronous_commit', 'off', true)", "update t set x = x + 1",
                        "select x from t", "commit", "select pg_logical_emit_message(true, 'nerdwork', '')",
                    ])
            }
        }
    }

    @Test("behind an earlier batch is one round trip more, and leaves the session's own setting as it was")
    func setting() throws {
        try withTable { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let connection = try PostgresConnection(proxy.through(database.configuration()))
            try connection.execute("set synchronous_commit = remote_write")
            proxy.arm(nil)
            let inside = try connection.transaction { transaction in
                _ = try transaction.query("select x from t for update")
                return try transaction.commit(
                    with: ["select current_setting('synchronous_commit') as value"], durability: .earlyRelease)
            }
            #expect(proxy.roundTrips == 2)
            #expect(try inside[0].only().decode("value") == "off")
            let after = try connection.query("select current_setting('synchronous_commit') as value").only()
            #expect(try after.decode("value") == "remote_write")
            proxy.arm(nil)
            try connection.transaction { _ = try $0.commit(durability: .earlyRelease) }
            #expect(proxy.roundTrips == 0)
        }
    }

    @Test(
        "whose statement or constraint fails changes nothing", arguments: ["select 1 / 0", "insert into t values (1)"])
    func failure(_ statement: String) throws {
        try withTable { database in
            let connection = try database.connect()
            try connection.executeScript("alter table t add constraint t_x unique (x) deferrable initially deferred")
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction { transaction in
                    try transaction.commit(
                        with: ["insert into t values (2)", "\(raw: statement)"], durability: .earlyRelease)
                }
            }
            #expect(error?.code == .server && error?.outcome == .notApplied)
            #expect(try connection.query("select x from t").count == 1)
        }
    }

    @Test("that the server can commit but not flush has an unknown outcome, and is not repeated")
    func refusedFlush() throws {
        try withTable { database in
            try database.connect().executeScript(
                """
                revoke execute on function pg_logical_emit_message(boolean, text, text) from public;
                create role flushless login;
                grant select, update on t to flushless
                """)
            defer { _ = try? database.connect().executeScript("drop owned by flushless; drop role flushless") }
            let connection = try database.connect(as: "flushless")
            let error = #expect(throws: DatabaseError.self) {
                try connection.transaction { transaction in
                    try transaction.commit(with: ["update t set x = x + 1"], durability: .earlyRelease)
                }
            }
            #expect(error?.sqlState == "42501" && error?.outcome == .unknown)
            #expect(try connection.query("select x from t").only().decode("x") == 2)
        }
    }
}

/// A server whose commits wait for a standby that does not exist, until the gate is opened: no clock decides.
@Suite("Before its flush has returned")
struct EarlyReleaseLockTests {
    private func withGate(_ body: (TestDatabase, _ open: () throws -> Void) throws -> Void) throws {
        let server = try CrashingServer(settings: ["synchronous_commit=local"])
        let database = server.database
        let gatekeeper = try database.connect()
        try gatekeeper.executeScript("create table t (x int); insert into t values (1); create table probe ()")
        try set("nobody", gatekeeper)
        let isOver = Mutex(false)
        let probe = SystemThread.start { Self.commitUntilHeld(database) { isOver.withLock { $0 } } }
        defer {
            isOver.withLock { $0 = true }
            try? set("", gatekeeper)
            probe?.join()
        }
        try waitForWaiters(1, gatekeeper)
        try body(database) { try set("", gatekeeper) }
    }

    /// The checkpointer tells all sessions that there is a standby to wait for, some time after the setting can be read:
    /// commits that do nothing else find out when, and the first that is held stays until the gate is opened.
    private static func commitUntilHeld(_ database: TestDatabase, isOver: () -> Bool) {
        guard let connection = try? database.connect() else { return }
        _ = try? connection.execute("set synchronous_commit = on")
        while !isOver(), (try? connection.execute("insert into probe default values")) != nil { usleep(5_000) }
    }

    private func set(_ standbys: String, _ gatekeeper: PostgresConnection) throws {
        try gatekeeper.executeScript("alter system set synchronous_standby_names = '\(standbys)'")
        _ = try gatekeeper.query("select pg_reload_conf()")
        for _ in 0..<3_000 {
            let row = try gatekeeper.query("select current_setting('synchronous_standby_names') as value").only()
            if try row.decode("value") == standbys { return }
            usleep(10_000)
        }
        Issue.record("the server does not read its settings")
    }

    /// Adds one by a commit that waits for the standby.
    private static func add(_ database: TestDatabase, _ durability: Durability) throws {
        let connection = try database.connect()
        try connection.execute("set synchronous_commit = on")
        connection.limit = .after(milliseconds: 60_000)
        try connection.transaction { transaction in
            try transaction.commit(with: ["update t set x = x + 1"], durability: durability)
        }
    }

    /// Waits until so many sessions wait for the standby; the first is the probe.
    private func waitForWaiters(_ count: Int, _ observer: PostgresConnection) throws {
        for _ in 0..<6_000 {
            let found = try observer.query("select pid from pg_stat_activity where wait_event = 'SyncRep'")
            if found.count == count { return }
            usleep(10_000)
        }
        Issue.record("no session waits for the standby")
    }

    @Test("others may change the row, and without early release they may not", arguments: [true, false])
    func lock(_ isEarly: Bool) throws {
        try withGate { database, open in
            let ended = Mutex(false)
            let failure = Mutex<String?>(nil)
            let thread = SystemThread.start {
                do { try Self.add(database, isEarly ? .earlyRelease : .lockedUntilFlushed) } catch {
                    failure.withLock { $0 = "\(error)" }
                }
                ended.withLock { $0 = true }
            }
            let other = try database.connect()
            try waitForWaiters(2, other)
            if isEarly {
                #expect(try other.query("select x from t for update nowait").only().decode("x") == 2)
            } else {
                let error = #expect(throws: DatabaseError.self) { try other.query("select x from t for update nowait") }
                #expect(error?.sqlState == "55P03")
                #expect(try other.query("select x from t").only().decode("x") == 1)
            }
            #expect(!ended.withLock { $0 })
            try open()
            thread?.join()
            #expect(failure.withLock { $0 } == nil)
            #expect(try other.query("select x from t").only().decode("x") == 2)
        }
    }

    @Test("a lost connection leaves an unknown outcome")
    func cut() throws {
        try withGate { database, _ in
            let outcome = Mutex<DatabaseError.Outcome?>(nil)
            let thread = SystemThread.start {
                do { try Self.add(database, .earlyRelease) } catch let error as DatabaseError {
                    outcome.withLock { $0 = error.outcome }
                } catch {}
            }
            let other = try database.connect()
            try waitForWaiters(2, other)
            _ = try other.query("select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'")
            thread?.join()
            #expect(outcome.withLock { $0 } == .unknown)
            #expect(try other.query("select x from t").only().decode("x") == 2)
        }
    }
}
