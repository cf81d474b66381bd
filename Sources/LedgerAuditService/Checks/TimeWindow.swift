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

    /// Months, from the oldest partition to the newest, and what lies before and after.
    static let months: SQL = """
        with named as (
            select to_timestamp(right(c.relname, 7) || ' +00', 'YYYY_MM TZH') as month
              from pg_inherits i join pg_class c on c.oid = i.inhrelid
             where i.inhparent = to_regclass('ledger.entries') and c.relname ~ '^entries_[0-9]{4}_[0-9]{2}$'),
        starts as (
            select '-infinity'::timestamptz as w union
            select generate_series(min(month), max(month) + interval '1 month', interval '1 month') from named)
        select w::text as start, coalesce(lead(w) over (order by w), 'infinity')::text as finish from starts order by w
        """
}
