import PostgresClient
import TestSupport
import Testing

@Suite("Several statements in one flush")
struct PipelineTests {
    @Test("answer in their order")
    func order() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let results = try connection.pipeline((0..<10).map { "select \($0) as value" })
            #expect(try results.map { try $0.only().decode("value", as: Int.self) } == Array(0..<10))
            #expect(try connection.pipeline([]).isEmpty)
        }
    }

    @Test("are all undone when one fails, and the session goes on", arguments: 0..<4)
    func failure(_ position: Int) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.executeScript("create table t (x int constraint x_positive check (x > 0))")
            let statements: [SQL] = (0..<4).map { "insert into t values (\($0 == position ? -1 : 1))" }
            let error = #expect(throws: DatabaseError.self) { try connection.pipeline(statements) }
            #expect(error?.constraint == "x_positive" && error?.sqlState == "23514" && error?.table == "t")
            #expect(error?.outcome == .notApplied)
            #expect(try connection.query("select count(*) as n from t").only().decode("n") == 0)
            try connection.execute("insert into t values (\(1))")
        }
    }

    @Test("may be large in both directions without waiting for each other for ever")
    func large() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            connection.limit = .after(milliseconds: 60_000)
            let text = String(repeating: "x", count: 100_000)
            let results = try connection.pipeline((0..<100).map { "select \(text) as value, \($0) as number" })
            #expect(results.count == 100)
            #expect(try results[99].only().decode("value") == text)
        }
    }

    @Test("of which one cannot be parsed, name the error and keep the good ones prepared")
    func syntaxError() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let error = #expect(throws: DatabaseError.self) {
                try connection.pipeline(["select 1 as a", "selekt 2", "select 3 as c"])
            }
            #expect(error?.sqlState == "42601")
            #expect(try connection.pipeline(["select 1 as a", "select 3 as c"]).count == 2)
        }
    }

    @Test("cannot transfer data by COPY: the session is given up, nothing hangs")
    func copy() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            connection.limit = .after(milliseconds: 30_000)
            #expect(throws: DatabaseError.self) { try connection.query("copy (select 1) to stdout") }
        }
    }
}
