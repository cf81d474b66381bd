internal import PostgresClient

/// A span of time that one statement reads: from `start` to before `end`, both as PostgreSQL's text.
struct TimeWindow: Hashable, Sendable {
    let start: String
    let end: String

    init(_ row: Row) throws(DatabaseError) {
        start = try row.decode("start")
        end = try row.decode("finish")
    }

    /// Hours from an hour before the time up to which transactions are verified.
    ///
    /// A transaction may commit a while after the time it states, so the windows begin earlier; the limits on statements
    /// and idle transactions keep that while far below an hour. The last window is open: nothing lies in the future.
    static func hours(since verified: String) -> SQL {
        """
        select w::text as start, coalesce(lead(w) over (order by w), 'infinity')::text as finish
          from generate_series(\(verified)::text::timestamptz - interval '1 hour', now(), interval '1 hour') w
         order by w
        """
    }

    /// Days, from the first month that has a partition until tomorrow, and what lies before and after.
    ///
    /// One window where there is no entry at all.
    static let days: SQL = """
        with named as (
            select min(to_timestamp(right(c.relname, 7) || ' +00', 'YYYY_MM TZH')) as month
              from pg_inherits i join pg_class c on c.oid = i.inhrelid
             where i.inhparent = to_regclass('ledger.entries') and c.relname ~ '^entries_[0-9]{4}_[0-9]{2}$'),
        starts as (
            select '-infinity'::timestamptz as w union
            select generate_series(month, now() + interval '1 day', interval '1 day') from named
             where exists (select from ledger.entries))
        select w::text as start, coalesce(lead(w) over (order by w), 'infinity')::text as finish from starts order by w
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
