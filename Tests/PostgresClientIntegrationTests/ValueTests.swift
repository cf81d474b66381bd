import Codecs
import PostgresClient
import TestSupport
import Testing

@Suite("Values travel both ways unchanged")
struct ValueTests {
    /// Sends a value, reads it back, and lets PostgreSQL print it as a second opinion.
    private func check<Value: Bindable & ColumnDecodable & Equatable>(
        _ cases: [(value: Value, text: String)], type: String
    ) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            for (value, text) in cases {
                let row = try connection.query(
                    "select \(value) as value, (\(value))::text as text, pg_typeof(\(value))::text as type"
                ).only()
                #expect(try row.decode("value", as: Value.self) == value)
                #expect(try row.decode("text") == text)
                #expect(try row.decode("type") == type)
            }
            let null: Value? = nil
            let row = try connection.query("select \(null) as value, pg_typeof(\(null))::text as type").only()
            #expect(try row.decodeIfPresent("value", as: Value.self) == nil)
            #expect(try row.decode("type") == type)
        }
    }

    @Test("bigint")
    func bigint() throws {
        try check(
            [
                (Int64.min, "-9223372036854775808"), (Int64.max, "9223372036854775807"), (0, "0"), (-1, "-1"),
                (9_007_199_254_740_993, "9007199254740993"),
            ], type: "bigint")
        try check([(Int.min, "-9223372036854775808"), (Int.max, "9223372036854775807")], type: "bigint")
    }

    @Test("integer and smallint")
    func smallIntegers() throws {
        try check([(Int32.min, "-2147483648"), (Int32.max, "2147483647")], type: "integer")
        try check([(Int16.min, "-32768"), (Int16.max, "32767"), (-1, "-1")], type: "smallint")
    }

    @Test("boolean and double precision")
    func booleanAndDouble() throws {
        try check([(true, "true"), (false, "false")], type: "boolean")
        try check(
            [(0.1, "0.1"), (-Double.infinity, "-Infinity"), (1e308, "1e+308")], type: "double precision")
    }

    @Test("text of any length and script")
    func text() throws {
        let long = String(repeating: "é", count: 100_000)
        try check(
            [
                ("", ""), ("'; drop table x; --", "'; drop table x; --"), ("zażółć 漫画 👩‍👩‍👧 \u{1}", "zażółć 漫画 👩‍👩‍👧 \u{1}"),
                ("e\u{301}", "e\u{301}"), ("$1 \\ \" \r\n", "$1 \\ \" \r\n"), (long, long),
            ], type: "text")
    }

    @Test("bytea, empty and with every byte")
    func bytes() throws {
        try check(
            [([UInt8](), "\\x"), ([0, 1, 255], "\\x0001ff"), (Array(0...255), "\\x" + Hex.encode(Array(0...255)))],
            type: "bytea")
    }

    @Test("uuid")
    func uuid() throws {
        let text = "0192f0c1-7e64-7d2a-8c34-00ff10aa5be7"
        let value = try #require(UUID(text))
        try check([(value, text), (UUID(high: 0, low: 0), "00000000-0000-0000-0000-000000000000")], type: "uuid")
    }

    @Test("timestamptz and date, before and after both epochs")
    func time() throws {
        try check(
            [
                (Timestamp(millisecondsSince1970: 0), "1970-01-01 00:00:00+00"),
                (Timestamp(millisecondsSince1970: -1), "1969-12-31 23:59:59.999+00"),
                (Timestamp(millisecondsSince1970: 1_770_000_000_123), "2026-02-02 02:40:00.123+00"),
            ], type: "timestamp with time zone")
        try check(
            [
                (UTCDay(daysSince1970: 0), "1970-01-01"), (UTCDay(daysSince1970: -1), "1969-12-31"),
                (UTCDay(daysSince1970: 20_000), "2024-10-04"),
            ], type: "date")
    }

    @Test("arrays, empty ones included")
    func arrays() throws {
        try check(
            [([Int64](), "{}"), ([.min, 0, .max], "{-9223372036854775808,0,9223372036854775807}")], type: "bigint[]")
        try check([([Int16](), "{}"), ([-1, 2], "{-1,2}")], type: "smallint[]")
        try check([([String](), "{}"), (["a,b", "", "\"", "NULL"], #"{"a,b","","\"","NULL"}"#)], type: "text[]")
        let id = UUID(high: 1, low: 2)
        try check([([UUID](), "{}"), ([id], "{\(id)}")], type: "uuid[]")
        try check([([true, false], "{t,f}")], type: "boolean[]")
    }

    @Test("a timestamp with microseconds is rounded down to milliseconds")
    func microseconds() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let row = try connection.query(
                """
                select '1970-01-01 00:00:00.0019+00'::timestamptz as late, '1969-12-31 23:59:59.9999+00'::timestamptz as early
                """
            ).only()
            #expect(try row.decode("late") == Timestamp(millisecondsSince1970: 1))
            #expect(try row.decode("early") == Timestamp(millisecondsSince1970: -1))
        }
    }

    @Test(
        "numeric keeps every digit",
        arguments: [
            "0", "1", "-1", "10000", "99999999", "100000000", "0.1", "-0.00012300", "12345678901234567890.000100",
            "0.0000000000000000001", "9223372036854775808", "1e20", "5.00",
        ])
    func numeric(_ text: String) throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let row = try connection.query(
                "select \(text)::text::numeric as value, \(text)::text::numeric::text as text"
            )
            .only()
            #expect(try row.decode("value", as: String.self) == row.decode("text", as: String.self))
        }
    }

    @Test("the sum of bigints is read as Int64, or refused when it does not fit")
    func sums() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let row = try connection.query(
                "select sum(x) as fits, sum(x) * 2 as large, 1.5::numeric as fraction from unnest(\([Int64.max, -5])) as x"
            ).only()
            #expect(try row.decode("fits") == Int64.max - 5)
            #expect(throws: DatabaseError.self) { try row.decode("large", as: Int64.self) }
            #expect(throws: DatabaseError.self) { try row.decode("fraction", as: Int64.self) }
        }
    }

    @Test("json goes in as jsonb and comes out as text and as bytes")
    func json() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            let bytes = Array(#"{"a":[1,null,"é"]}"#.utf8)
            let none: [UInt8]? = nil
            let row = try connection.query("select \(json: bytes) as value, \(json: none) as absent").only()
            #expect(try row.decode("value") == #"{"a": [1, null, "é"]}"#)
            #expect(try row.decode("value", as: [UInt8].self) == Array(#"{"a": [1, null, "é"]}"#.utf8))
            #expect(try row.decodeIfPresent("absent", as: String.self) == nil)
        }
    }

    @Test("an enumeration of the database's own is read as text")
    func enumeration() throws {
        try withDatabase(migrated: false) { database in
            let connection = try database.connect()
            try connection.executeScript("create type mood as enum ('calm', 'wild')")
            #expect(try connection.query("select 'wild'::mood as value").only().decode("value") == "wild")
        }
    }
}
