internal import Codecs
internal import PostgresClient

/// Events for the outbox of a test's database, and what became of them.
package struct OutboxRows: Sendable {
    package let database: TestDatabase

    /// What each role may write.
    package static let sources = [
        "nerdwork_loyalty": "nerdwork.loyalty", "nerdwork_ledger_audit": "nerdwork.ledger",
        "nerdwork_auth": "nerdwork.auth",
    ]

    package init(_ database: TestDatabase) {
        self.database = database
    }

    /// Writes `count` events as this role would, dealt out to aggregates in turn; returns their ids in order.
    ///
    /// Those who write to the same aggregate at the same time must take turns, as services do: their own locks decide
    /// what comes first.
    @discardableResult
    package func write(
        _ count: Int, aggregates: Int = .max, as role: String = "nerdwork_loyalty", named name: String = "reader"
    ) throws -> [String] {
        let connection = try database.connect(as: role)
        // The role may read no more than the id, and `returning` follows the order of the rows.
        let rows = try connection.query(
            """
            insert into outbox.events (event_id, aggregate, source, detail_type, detail)
            select gen_random_uuid(), \(name + ":") || i % \(Int64(min(aggregates, count))),
                \(Self.sources[role] ?? "nerdwork.test"), 'Tested',
                jsonb_build_object('number', i)
            from generate_series(1, \(Int64(count))) i
            returning event_id::text as id
            """)
        return try rows.map { try $0.decode("id") }
    }

    /// Lets every lease and every wait end, as if time had passed.
    package func letTimePass() throws {
        try database.connect().execute(
            """
            with waiting as (
                select event_id from outbox.events where published_at is null and dead_at is null
                 order by event_id for update)
            update outbox.events e set next_attempt_at = '-infinity' from waiting w where e.event_id = w.event_id
            """)
    }

    /// How many events wait, are published, and were given up.
    package func counts() throws -> [String: Int] {
        let row = try database.connect().query(
            """
            select count(*) filter (where published_at is null and dead_at is null) as waiting,
                count(published_at) as published, count(dead_at) as dead
            from outbox.events
            """
        ).only()
        return [
            "waiting": try row.decode("waiting"), "published": try row.decode("published"),
            "dead": try row.decode("dead"),
        ]
    }

    /// The aggregates in which an event was first accepted before an earlier one.
    package func overtaken(_ accepted: [String]) throws -> [String] {
        var firstSeen: [String: Int] = [:]
        for (place, id) in accepted.enumerated() where firstSeen[id] == nil { firstSeen[id] = place }
        var last: [String: Int] = [:]
        var overtaken: [String] = []
        let rows = try database.connect().query(
            "select event_id::text as id, aggregate from outbox.events order by position")
        for row in rows {
            let aggregate: String = try row.decode("aggregate")
            guard let place = firstSeen[try row.decode("id")] else { continue }
            if let before = last[aggregate], before > place { overtaken.append(aggregate) }
            last[aggregate] = place
        }
        return overtaken
    }
}
