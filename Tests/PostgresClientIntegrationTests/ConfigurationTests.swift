import PostgresClient
import Testing

@Suite("The configuration of a connection")
struct ConfigurationTests {
    @Test("reads URLs as libpq does")
    func urls() throws {
        let cases: [(url: String, description: String, password: String?)] = [
            ("postgres://reader@db.example/books", "reader@db.example:5432/books", nil),
            ("postgresql://r:p%40ss%3A%2F@h:6432/b", "r@h:6432/b", "p@ss:/"),
            ("postgres://u:a:b@h/d", "u@h:5432/d", "a:b"),
            ("postgres://u@%2Ftmp%2Fpg/d", "u@/tmp/pg:5432/d", nil),
            ("postgres://u@/d?host=/tmp/pg&port=6000", "u@/tmp/pg:6000/d", nil),
            ("postgres://u@[::1]:7000/d", "u@::1:7000/d", nil),
            ("postgres://u@a,b:6000/d", "u@a,b:5432,6000/d", nil),
            ("postgres://h/d?user=u&password=x", "u@h:5432/d", "x"),
        ]
        for (url, description, password) in cases {
            let configuration = try ConnectionConfiguration(url: url)
            #expect("\(configuration)" == description)
            #expect(configuration.password == password)
        }
    }

    @Test(
        "refuses what is malformed, and does not repeat it",
        arguments: [
            "", "http://h/d", "postgres://", "postgres://h", "postgres://u@h", "postgres://u@h:0/d",
            "postgres://u@h:x/d",
            "postgres://u@h:70000/d", "postgres://u:%zz@h/d", "postgres://u:%00@h/d", "postgres://u@h/d?sslmode=often",
            "postgres://u@h/d?hunter2=1", "postgres://u@h/d?user=a&user=b", "postgres://u@h/d?sslmode=verify-full",
            "postgres://u@[::1/d", "postgres://u@,h/d",
        ])
    func malformed(_ url: String) {
        let error = #expect(throws: DatabaseError.self) { try ConnectionConfiguration(url: url) }
        #expect(error?.code == .configuration)
        #expect(error.map { !"\($0)".contains("hunter2") } == true)
    }

    @Test("names the variable that is missing or wrong")
    func environment() throws {
        let good = ["PGHOST": "h", "PGDATABASE": "d", "PGUSER": "u", "PGPASSWORD": "hunter2", "PGPORT": "6000"]
        #expect("\(try ConnectionConfiguration { good[$0] })" == "u@h:6000/d")
        let wrong: [(String, String?)] = [
            ("PGHOST", nil), ("PGDATABASE", ""), ("PGUSER", nil), ("PGPORT", "many"), ("PGSSLMODE", "often"),
        ]
        for (name, value) in wrong {
            let error = #expect(throws: DatabaseError.self) {
                try ConnectionConfiguration { $0 == name ? value : good[$0] }
            }
            #expect(error?.message.contains(name) == true)
        }
    }

    @Test("never prints the password")
    func password() throws {
        let configuration = try ConnectionConfiguration(url: "postgres://u:hunter2@h/d")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
        }
    }
}
