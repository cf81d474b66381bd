import Codecs
import LambdaRuntime
import PostgresClient
import StrictJSON
import TestSupport

@testable import LoyaltyService

/// One read as the comic service would send it, with the name of the message that brings it.
struct SentRead: Sendable {
    let message: String
    let event: [UInt8]
}

extension LoyaltyHarness {
    /// The answer to a batch: the messages that failed.
    func deliver(batch: [SentRead]) throws -> [String] {
        let answer = try deliver(Self.batch(batch))
        return try answer.member("batchItemFailures").elements.map { try $0.member("itemIdentifier").string() }
    }

    /// A batch as Lambda hands it over, with the events as their bodies.
    static func batch(_ reads: [SentRead], queue: String = "comic-reads") -> [UInt8] {
        JSONWriter.object { event in
            event.array("Records") { records in
                for read in reads {
                    records.object { record in
                        record.member("messageId", read.message)
                        record.member("receiptHandle", "handle")
                        record.member("body", String(decoding: read.event, as: UTF8.self))
                        record.member("eventSource", "aws:sqs")
                        record.member("eventSourceARN", "arn:aws:sqs:us-east-1:123456789012:\(queue)")
                        record.member("awsRegion", "us-east-1")
                    }
                }
            }
        }.bytes
    }
}

/// What the tables hold, without the moments of writing; text, so that a difference can be read.
struct Books: Equatable {
    /// What belongs to one reader, whoever else came in between.
    let ofReaders: [String]
    /// What many readers share: the treasury's entries, buckets of comics, devices and addresses, flags.
    let shared: [String]

    init(_ database: TestDatabase) throws {
        let connection = try database.connect()
        ofReaders = try Self.lines(connection, Self.readers)
        shared = try Self.lines(connection, Self.common)
    }

    private static func lines(_ connection: PostgresConnection, _ statements: [String]) throws -> [String] {
        try statements.flatMap { statement in
            try connection.query(
                "select line::text as line from (\(raw: statement)) as lines (line) order by line::text"
            )
            .map { try $0.decode("line", as: String.self) }
        }
    }

    private static let readers = [
        """
        select row('read', read_id, read_at, points, streak_bonus, balance, day, streak_days, outcome, reader, comic)
        from loyalty.reads
        """,
        "select row('day', reader, day, streak, points, streak_bonus, reads) from loyalty.reading_days",
        """
        select row('transaction', transaction_id, fingerprint, type, status, reason, legs, metadata)
        from ledger.transactions
        """,
        """
        select row('entry', e.transaction_id, a.reference, e.amount, e.seq, e.balance_after)
        from ledger.entries e join ledger.accounts a using (account_id) where a.kind = 1
        """,
        """
        select row('balance', a.reference, sum(b.balance), sum(b.seq), max(b.held))
        from ledger.balances b join ledger.accounts a using (account_id) group by a.reference
        """,
        """
        select row('event', row_number() over (partition by aggregate order by position), event_id, aggregate, source,
            detail_type, detail)
        from outbox.events
        """,
        "select row('bucket', kind, subject, level, updated_at) from ledger.signal_buckets where kind = 1",
        "select row('flag', kind, action, transaction_id, subject, level) from ledger.flags where kind = 1",
    ]
    private static let common = [
        """
        select row('entry', e.transaction_id, a.reference, e.amount, e.seq, e.balance_after)
        from ledger.entries e join ledger.accounts a using (account_id) where a.kind = 0
        """,
        """
        select row('deferred', d.transaction_id, a.reference, d.amount)
        from ledger.deferred_entries d join ledger.accounts a using (account_id)
        """,
        "select row('event', row_number() over (order by position), event_id) from outbox.events",
        "select row('bucket', kind, subject, level, updated_at) from ledger.signal_buckets where kind <> 1",
        "select row('flag', kind, action, transaction_id, subject, level) from ledger.flags where kind <> 1",
    ]
}
