internal import PostgresClient

/// A span of time that one statement reads: from `start` to before `end`, both as PostgreSQL's text.
struct TimeWindow: Hashable, Sendable {
    let start: String
    let end: String

    init(_ row: Row) throws(DatabaseError) {
        start = try row.decode("start")
        end = try row.decode("finish")
    }

    /// The window from a time on; without end when it would reach into the future, where nothing lies.
    static func next(from start: String, seconds: Int64) -> SQL {
        """
        select s.start::text as start,
               case when s.start + make_interval(secs => \(seconds)) > clock_timestamp() then 'infinity'
                    else (s.start + make_interval(secs => \(seconds)))::text end as finish
          from (select \(start)::text::timestamptz as start) s
        """
    }

    /// Where to begin in an incremental audit; no time when none has got so far before.
    ///
    /// A transaction may commit a while after the time it states, so an hour is read again; the limits on statements and
    /// idle transactions keep that while far below an hour.
    static let verified: SQL = """
        select (select verified_until - interval '1 hour' from ledger.audits
                 where verified_until <= now() and isfinite(verified_until)
                 order by verified_until desc limit 1)::text as start
        """

    /// The same for holds: whatever has become of one since, it was opened at most seven days before that.
    static let verifiedHolds: SQL = """
        select (select verified_until - interval '8 days' from ledger.audits
                 where verified_until <= now() and isfinite(verified_until)
                 order by verified_until desc limit 1)::text as start
        """

    /// What lies before the first month that has a partition; all there is, where there is no entry.
    static let beginning: SQL = """
        select '-infinity' as start, coalesce(case when exists (select from ledger.entries) then
                   min(to_timestamp(right(c.relname, 7) || ' +00', 'YYYY_MM TZH')) end, 'infinity')::text as finish
          from pg_inherits i join pg_class c on c.oid = i.inhrelid
         where i.inhparent = to_regclass('ledger.entries') and c.relname ~ '^entries_[0-9]{4}_[0-9]{2}$'
        """
}

extension SQL.StringInterpolation {
    /// The condition that a column lies in a window; the last window has no end, not even infinity.
    ///
    /// Without `or`, so that an index and the bounds of partitions serve both ends.
    mutating func appendInterpolation(_ column: String, in window: TimeWindow) {
        appendInterpolation(raw: "\(column) >= ")
        appendInterpolation(window.start)
        appendLiteral("::text::timestamptz")
        guard window.end != "infinity" else { return }
        appendInterpolation(raw: " and \(column) < ")
        appendInterpolation(window.end)
        appendLiteral("::text::timestamptz")
    }
}
