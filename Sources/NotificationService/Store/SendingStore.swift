import PostgresClient

/// What is still to be sent.
struct Backlog: Sendable {
    let waiting: Int64
    let oldestSeconds: Double
    let isPaused: Bool
}

/// The statements about whether mail is sent at all.
enum SendingStore {
    static let isPaused: SQL = "select paused_at is not null as paused from notification.sending"

    /// Stops the queue, or keeps it stopped for another interval.
    static func pause(reason: String, probeAfter milliseconds: Int64) -> SQL {
        """
        update notification.sending
           set paused_at = coalesce(paused_at, clock_timestamp()), reason = \(reason),
               next_probe_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
        """
    }

    static let resume: SQL = """
        update notification.sending set paused_at = null, reason = null, next_probe_at = null
         where paused_at is not null
        """

    /// Allows one probe when it is time; changes one row for one caller.
    static func takeProbe(nextAfter milliseconds: Int64) -> SQL {
        """
        update notification.sending set next_probe_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
         where next_probe_at <= clock_timestamp()
        """
    }

    /// Gives back a probe that never reached SES, so that the next message makes it.
    static let returnProbe: SQL = """
        update notification.sending set next_probe_at = clock_timestamp() where paused_at is not null
        """

    static let backlog: SQL = """
        select count(*) as waiting,
            coalesce(greatest(0, extract(epoch from clock_timestamp() - min(m.created_at))), 0)::double precision as oldest,
            (select s.paused_at is not null from notification.sending s) as paused
          from notification.messages m where m.state in ('queued', 'sending')
        """

    static func decodeBacklog(_ row: Row) throws(DatabaseError) -> Backlog {
        Backlog(
            waiting: try row.decode("waiting"), oldestSeconds: try row.decode("oldest"),
            isPaused: try row.decode("paused"))
    }

    static func purge(limit: Int32) -> SQL { "select notification.purge(\(limit)) as purged" }
}
