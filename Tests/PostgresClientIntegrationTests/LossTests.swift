import Codecs
import Platform
import PostgresClient
import TestSupport
import Testing

@Suite("A lost connection")
struct LossTests {
    private func terminateOthers(_ database: TestDatabase) throws {
        _ = try database.connect().query(
            """
            select pg_terminate_backend(pid, 5000) as done from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()
            """)
    }

    private func count(_ database: TestDatabase) throws -> Int {
        try database.connect().query("select count(*) as n from t").only().decode("n")
    }

    @Test("between units of work is replaced, and the unit runs once", arguments: 1...3)
    func between(_ round: Int) throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let pool = try Database(database.configuration())
            pool.open()
            for _ in 0..<round {
                try terminateOthers(database)
                var runs = 0
                try pool.unitOfWork(deadline: SystemClock.now().advanced(byMilliseconds: 20_000)) { connection in
                    runs += 1
                    try connection.execute("insert into t values (1)")
                }
                #expect(runs == 1)
            }
            #expect(try count(database) == round)
        }
    }

    @Test("in the middle of a unit is an error, and nothing is repeated")
    func middle() throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let pool = try Database(database.configuration())
            var runs = 0
            let error = #expect(throws: DatabaseError.self) {
                try pool.unitOfWork(deadline: nil) { connection in
                    runs += 1
                    try connection.transaction { transaction in
                        try transaction.execute("insert into t values (1)")
                        try terminateOthers(database)
                        try transaction.commit(with: ["insert into t values (2)"])
                    }
                }
            }
            #expect(error?.code == .connection)
            #expect(runs == 1)
            #expect(try count(database) == 0)
            try pool.unitOfWork(deadline: nil) { try $0.execute("insert into t values (3)") }
            #expect(try count(database) == 1)
        }
    }

    @Test(
        "when a transaction's first batch is under way: repeated, with one effect", arguments: FaultProxy.Side.allCases)
    func firstBatch(_ side: FaultProxy.Side) throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let pool = try Database(proxy.through(database.configuration()))
            pool.open()
            proxy.arm(.cut(side, after: 0))
            var runs = 0
            try pool.unitOfWork(deadline: SystemClock.now().advanced(byMilliseconds: 20_000)) { connection in
                runs += 1
                try connection.transaction { transaction in
                    try transaction.execute("insert into t values (1)")
                    try transaction.commit(with: ["insert into t values (2)"])
                }
            }
            #expect(runs == 2 && !proxy.isArmed)
            #expect(try count(database) == 2)
        }
    }

    @Test(
        "while a commit is under way: outcome unknown, repeated only when declared idempotent",
        arguments: [false, true])
    func commitUnderWay(_ idempotent: Bool) throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let pool = try Database(proxy.through(database.configuration()))
            pool.open()
            proxy.arm(.cut(.server, after: 0))
            var runs = 0
            let unit = {
                try pool.unitOfWork(deadline: nil, idempotent: idempotent) { connection in
                    runs += 1
                    try connection.execute("insert into t select 1 where not exists (select from t)")
                }
            }
            if idempotent {
                try unit()
            } else {
                let error = #expect(throws: DatabaseError.self) { try unit() }
                #expect(error?.code == .connection && error?.outcome == .unknown)
            }
            #expect(runs == (idempotent ? 2 : 1))
            #expect(try count(database) == 1)
        }
    }

    @Test(
        "at any message of a transaction leaves all or nothing, and says which as far as it can be known",
        arguments: FaultProxy.Side.allCases, [Durability.lockedUntilFlushed, .earlyRelease])
    func everyMessage(_ side: FaultProxy.Side, _ durability: Durability) throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript("create table t (x int, part int)")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            var cut = 0
            var unknown = 0
            while true {
                let connection = try PostgresConnection(proxy.through(database.configuration()))
                connection.limit = .after(milliseconds: 20_000)
                proxy.arm(.cut(side, after: cut))
                var failure: DatabaseError?
                do {
                    try connection.transaction { transaction in
                        try transaction.execute("insert into t values (\(cut), 1)")
                        try transaction.commit(with: ["insert into t values (\(cut), 2)"], durability: durability)
                    }
                } catch let error as DatabaseError {
                    failure = error
                }
                let reached = !proxy.isArmed
                connection.close()
                try waitForOthersToEnd(database)
                let rows = try database.connect().query("select part from t where x = \(cut)").count
                switch failure?.outcome {
                case nil: #expect(rows == 2, "cut after \(cut)")
                case .notApplied: #expect(rows == 0, "cut after \(cut)")
                case .unknown:
                    unknown += 1
                    #expect(rows == 0 || rows == 2, "cut after \(cut)")
                }
                guard reached else { break }
                cut += 1
            }
            #expect(cut > 8 && unknown > 0)
        }
    }

    /// A session whose client is gone ends when it has read what was sent.
    private func waitForOthersToEnd(_ database: TestDatabase) throws {
        let observer = try database.connect()
        for _ in 0..<500 {
            let others = try observer.query(
                """
                select count(*) as n from pg_stat_activity
                where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
                """
            ).only().decode("n", as: Int.self)
            if others == 0 { return }
            usleep(10_000)
        }
        Issue.record("a session did not end")
    }

    @Test("cannot be opened: remembered at start, thrown when needed, tried again")
    func notThere() throws {
        var configuration = try PostgresServer.shared().configuration(database: "no_such_database")
        let absent = Database(configuration)
        absent.open()
        #expect(absent.lastFailure?.sqlState == "3D000")
        #expect(throws: DatabaseError.self) { try absent.unitOfWork(deadline: nil) { try $0.execute("select 1") } }
        configuration.database = "postgres"
        let present = Database(configuration)
        #expect(try present.unitOfWork(deadline: nil) { try $0.execute("select 1") } == 1)
        present.close()
        #expect(try present.unitOfWork(deadline: nil) { try $0.execute("select 1") } == 1)
    }
}
