import PostgresClient
import TestSupport
import Testing

@Suite("Errors")
struct ErrorTests {
    private let secret = "s3cret-value"

    private func failure(_ database: TestDatabase, _ sql: SQL) throws -> DatabaseError {
        let connection = try database.connect()
        return try #require(throws: DatabaseError.self) { try connection.query(sql) }
    }

    @Test("name state, constraint and table, and never a value")
    func noValues() throws {
        try withDatabase(migrated: false) { database in
            try database.connect().executeScript(
                """
                create table people (mail text constraint people_mail_key unique not null);
                insert into people values ('\(secret)');
                """)
            let cases: [(sql: SQL, state: String)] = [
                ("insert into people values (\(secret))", "23505"),
                ("insert into people values (null)", "23502"),
                ("select \(secret)::text::bigint", "22P02"),
                ("select \(secret)::text::timestamptz", "22007"),
                ("select \(secret)::text::jsonb", "22P02"),
                ("select \(secret)::text::uuid", "22P02"),
                ("select 2147483647 + \(Int32(1))", "22003"),
            ]
            for (sql, state) in cases {
                let error = try failure(database, sql)
                #expect(error.sqlState == state)
                #expect(error.code == .server)
                var dumped = ""
                dump(error, to: &dumped)
                for text in ["\(error)", String(reflecting: error), dumped, error.message] {
                    #expect(!text.contains(secret))
                }
            }
            let duplicate = try failure(database, "insert into people values (\(secret))")
            #expect(duplicate.constraint == "people_mail_key" && duplicate.table == "people")
            #expect(try failure(database, "insert into people values (null)").column == "mail")
        }
    }

    @Test(
        "of input that looks like SQL do not happen: it is bound",
        arguments: [
            "'; drop table t; --", "1 or 1=1", "$1", "\\'; select pg_sleep(10); --", "/*", "\u{2019}; drop table t",
        ])
    func injection(_ text: String) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.executeScript("create table t (x text)")
            try connection.execute("insert into t values (\(text))")
            let row = try connection.query("select x, \([text]) as list from t where x = \(text)").only()
            #expect(try row.decode("x") == text)
            #expect(try row.decode("list") == [text])
        }
    }

    @Test("a zero byte is refused before it reaches libpq, wherever it stands")
    func zeroBytes() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let none: String? = nil
            let statements: [SQL] = [
                "select \("victim@example.com\0@evil.example")", "select \(["a", "\0"])", "select \(json: [0])",
                "select 1\(raw: "\0")", "select \(none), \("\0")",
            ]
            for sql in statements {
                let error = #expect(throws: DatabaseError.self) { try connection.query(sql) }
                #expect(error?.code == .usage)
            }
            #expect(throws: DatabaseError.self) { try connection.executeScript("select 1\0") }
            #expect(connection.isUsable)
        }
    }

    @Test("of decoding name the column")
    func decoding() throws {
        try withDatabase(migrated: false) { database in
            let row = try database.connect().query("select null::text as nothing, 'x' as word, 7 as number").only()
            let attempts: [(String, () throws -> Void)] = [
                ("nothing", { _ = try row.decode("nothing", as: String.self) }),
                ("word", { _ = try row.decode("word", as: Int.self) }),
                ("number", { _ = try row.decode("number", as: String.self) }),
                ("number", { _ = try row.decode("number", as: [Int].self) }),
                ("absent", { _ = try row.decodeIfPresent("absent", as: Int.self) }),
            ]
            for (column, attempt) in attempts {
                let error = #expect(throws: DatabaseError.self) { try attempt() }
                #expect(error?.code == .decoding && error?.column == column)
                #expect(error?.message.contains("\"\(column)\"") == true)
            }
            #expect(try row.decodeIfPresent("nothing", as: String.self) == nil)
        }
    }

    @Test("of the login are told apart")
    func login() throws {
        try withDatabase(migrated: false) { database in
            let admin = try database.connect()
            let role = "limited_\(database.name)"
            try admin.executeScript("create role \(role) login connection limit 0; create role no_\(role)")
            defer { try? admin.executeScript("drop role \(role); drop role no_\(role)") }
            let full = try #require(throws: DatabaseError.self) { try database.connect(as: role) }
            #expect(full.code == .unavailable && full.sqlState == "53300")
            let refused = try #require(throws: DatabaseError.self) { try database.connect(as: "no_\(role)") }
            #expect(refused.code == .authentication && refused.sqlState == "28000")
            var nowhere = try database.configuration()
            nowhere.hosts = ["/nonexistent"]
            let lost = try #require(throws: DatabaseError.self) { try PostgresConnection(nowhere) }
            #expect(lost.code == .connection && lost.sqlState == nil)
        }
    }
}
