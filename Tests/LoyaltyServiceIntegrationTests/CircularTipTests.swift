import Codecs
import PostgresClient
import TestSupport
import Testing

@Suite("Tips that come back to their giver")
struct CircularTipTests {
    /// Notes a tip as the wallet does, posts it where no rule refuses it, and tells whether one did.
    private func tip(
        _ number: UInt64, _ giver: String, _ taker: String, hour: Int32 = 0, isPosted: Bool = true,
        _ connection: PostgresConnection
    ) throws -> Bool {
        let id = UUID(high: 1, low: number)
        let isRefused = try connection.query(
            """
            select ledger.note_tip(\(id), \(giver), \(taker), 1::bigint,
                timestamptz '2026-11-21 12:00+00' + make_interval(hours => \(hour))) as refused
            """
        ).only().decode("refused", as: Bool.self)
        if isPosted, !isRefused {
            let accounts = ["wallet:" + giver, "wallet:" + taker]
            try connection.execute(
                """
                select * from ledger.post(\(id), 2::smallint,
                    ledger.fingerprint(2::smallint, \(accounts), \([-1, 1] as [Int64])), \(accounts),
                    \([-1, 1] as [Int64]))
                """)
        }
        return isRefused
    }

    /// A wallet cannot fall below zero, so that everybody begins with a gift.
    private func withWallets(_ body: (PostgresConnection) throws -> Void) throws {
        try withDatabase { database in
            let connection = try database.connect()
            for (number, name) in ["a", "b", "c", "d"].enumerated() {
                let accounts = ["treasury", "wallet:" + name]
                try connection.execute(
                    """
                    select * from ledger.post(\(UUID(high: 2, low: UInt64(number))), 4::smallint,
                        ledger.fingerprint(4::smallint, \(accounts), \([-100, 100] as [Int64])), \(accounts),
                        \([-100, 100] as [Int64]))
                    """)
            }
            try body(connection)
        }
    }

    private func flags(_ connection: PostgresConnection) throws -> [String] {
        try connection.query(
            "select subject || ' ' || level || ' ' || action as flag from ledger.flags order by flag_id"
        )
        .map { try $0.decode("flag") }
    }

    @Test("by one step there and one back, or by way of one other, are flagged once and posted")
    func circles() throws {
        try withWallets { connection in
            let steps = try [tip(1, "a", "b", connection), tip(2, "b", "c", connection)]
            #expect(steps == [false, false])
            #expect(try flags(connection) == [])
            #expect(try tip(3, "c", "a", connection) == false)
            #expect(try flags(connection) == ["c 3 0"])
            #expect(try tip(4, "b", "a", connection) == false)
            #expect(try tip(4, "b", "a", isPosted: false, connection) == false)
            #expect(try flags(connection) == ["c 3 0", "b 2 0"])
        }
    }

    @Test("are none after a day, by a longer way, or by a tip that was not posted")
    func ordinary() throws {
        try withWallets { connection in
            _ = try tip(1, "a", "b", connection)
            #expect(try tip(2, "b", "a", hour: 25, connection) == false)
            _ = try tip(3, "a", "b", hour: 100, connection)
            _ = try tip(4, "b", "c", hour: 100, connection)
            _ = try tip(5, "c", "d", hour: 100, connection)
            #expect(try tip(6, "d", "a", hour: 100, connection) == false)
            _ = try tip(7, "a", "c", hour: 200, isPosted: false, connection)
            #expect(try tip(8, "c", "a", hour: 200, connection) == false)
            #expect(try flags(connection) == [])
        }
    }

    @Test("are refused where the rule says so, and then they are no step of another circle")
    func blocked() throws {
        try withWallets { connection in
            try connection.execute("update ledger.signal_rules set action = 1 where kind = 5")
            _ = try tip(1, "a", "b", connection)
            #expect(try tip(2, "b", "a", connection))
            #expect(try tip(2, "b", "a", connection), "and again when it is asked again")
            #expect(try flags(connection) == ["b 2 1"])
            #expect(try tip(3, "a", "b", connection) == false)
        }
    }
}
