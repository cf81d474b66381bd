import PostgresClient

/// What is still to be sent.
struct Backlog: Sendable {
    let waiting: Int64
    let oldestSeconds: Double
    /// Whether any stream is.
    let isPaused: Bool
}

/// The statements about whether mail is sent.
enum SendingStore {
    /// The streams whose queue stands still.
    static let paused: SQL = "select stream from notification.sending where paused_at is not null order by stream desc"

    static func decodePaused(_ rows: QueryResult) throws -> [SendingStream] {
        try rows.map { row in
            guard let stream = SendingStream(rawValue: try row.decode("stream")) else { throw StoredRowUnreadable() }
            return stream
        }
    }

    /// Stops queues, or keeps them stopped for another interval.
    static func pause(_ streams: [SendingStream], reason: String, probeAfter milliseconds: Int64) -> SQL {
        """
        update notification.sending
           set paused_at = coalesce(paused_at, clock_timestamp()), reason = \(reason),
               next_probe_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
         where stream = any (\(streams.map(\.rawValue)))
        """
    }

    static func resume(_ streams: [SendingStream]) -> SQL {
        """
        update notification.sending set paused_at = null, reason = null, next_probe_at = null
         where paused_at is not null and stream = any (\(streams.map(\.rawValue)))
        """
    }

    /// Allows one probe when it is time; changes one row for one caller.
    static func takeProbe(_ stream: SendingStream, nextAfter milliseconds: Int64) -> SQL {
        """
        update notification.sending set next_probe_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
         where next_probe_at <= clock_timestamp() and stream = \(stream.rawValue)
        """
    }

    /// Gives back a probe that never reached SES, so that the next message makes it.
    static func returnProbe(_ stream: SendingStream) -> SQL {
        """
        update notification.sending set next_probe_at = clock_timestamp()
         where paused_at is not null and stream = \(stream.rawValue)
        """
    }

    static let backlog: SQL = """
        select count(*) as waiting,
            coalesce(greatest(0, extract(epoch from clock_timestamp() - min(m.created_at))), 0)::double precision as oldest,
            exists (select from notification.sending s where s.paused_at is not null) as paused
          from notification.messages m where m.state in ('queued', 'sending')
        """

    static func decodeBacklog(_ row: Row) throws(DatabaseError) -> Backlog {
        Backlog(
            waiting: try row.decode("waiting"), oldestSeconds: try row.decode("oldest"),
            isPaused: try row.decode("paused"))
    }

    static func purge(limit: Int32) -> SQL { "select notification.purge(\(limit)) as purged" }
}
