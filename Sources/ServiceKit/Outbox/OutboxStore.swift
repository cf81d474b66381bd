package import Codecs
package import PostgresClient

/// Claims and settles events; each call commits on its own.
///
/// Every call may safely be repeated: a claim whose answer was lost ends with its lease.
package struct OutboxStore {
    private let database: Database

    package init(_ database: Database) {
        self.database = database
    }

    /// Claims at most `limit` due events, whoever wrote them; for the relay.
    package func claim(
        limit: Int, leaseMilliseconds: Int64, deadline: Timestamp?
    ) throws -> [ClaimedEvent] {
        try events(OutboxStatement.claim(limit: Int32(limit), leaseMilliseconds: leaseMilliseconds), deadline)
    }

    /// Claims those of these events that the own role wrote and that nothing holds up.
    package func claim(
        own events: [UUID], leaseMilliseconds: Int64, deadline: Timestamp?
    ) throws -> [ClaimedEvent] {
        try self.events(OutboxStatement.claim(own: events, leaseMilliseconds: leaseMilliseconds), deadline)
    }

    /// Books what became of claimed events.
    package func settle(_ settlements: [Settlement], deadline: Timestamp?) throws {
        guard !settlements.isEmpty else { return }
        _ = try database.unitOfWork(deadline: deadline, idempotent: true) { connection in
            try connection.query(OutboxStatement.settle(settlements))
        }
    }

    private func events(_ sql: SQL, _ deadline: Timestamp?) throws -> [ClaimedEvent] {
        try database.unitOfWork(deadline: deadline, idempotent: true) { connection in
            try connection.query(sql).map { try ClaimedEvent($0) }
        }
    }
}
