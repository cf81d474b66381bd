internal import PostgresClient

/// Reads months that are over, a slice at a time, and what was sealed of them.
enum MonthQueries {
    /// How many entries one statement reads; part of a digest's definition.
    static let pageSize: Int64 = 20_000
    static let sliceCount: Int16 = 30

    /// The months with a partition of their own that were over for a day when the run began, and are not sealed.
    static func candidates(_ started: String) -> SQL {
        """
        select m.month::text as month
          from (select to_date(right(c.relname, 7), 'YYYY_MM') as month
                  from pg_inherits i join pg_class c on c.oid = i.inhrelid
                 where i.inhparent = to_regclass('ledger.entries') and c.relname ~ '^entries_[0-9]{4}_[0-9]{2}$') m
         where (m.month + interval '1 month')::timestamp at time zone 'UTC' + interval '1 day'
                   <= \(started)::text::timestamptz
           and (select count(*) from ledger.sealed_slices s where s.month = m.month) < \(Int64(sliceCount))
         order by m.month
        """
    }

    /// Where sealing a closed month goes on: the slice, and how many entries it takes (null: all that is left).
    static func nextSlice(of month: String) -> SQL {
        """
        select s.slice, m.entry_estimate * (s.slice + 1) / 30 - m.entry_estimate * s.slice / 30 as size
          from ledger.sealed_months m
         cross join lateral (select count(*)::smallint as slice from ledger.sealed_slices n where n.month = m.month) s
         where m.month = \(month)::text::date and s.slice < \(sliceCount)
        """
    }

    /// The last position of the slices that are sealed; no row where there is none.
    static func end(of month: String) -> SQL {
        """
        select s.last_account, s.last_stripe, s.last_seq from ledger.sealed_slices s
         where s.month = \(month)::text::date order by s.slice desc limit 1
        """
    }

    /// The next entries of a month by position, after one and up to another, summed up.
    static func page(_ walk: SliceWalk, upTo last: EntryPosition?, limit: Int64) -> SQL {
        """
        with page as materialized (
            select e.* from ledger.entries e
             where e.created_at >= \(walk.month)::text::date::timestamp at time zone 'UTC'
               and e.created_at < (\(walk.month)::text::date + interval '1 month') at time zone 'UTC'
               and (e.account_id, e.stripe, e.seq) > (\(walk.reached.account), \(walk.reached.stripe), \(walk.reached.seq))
               \("(e.account_id, e.stripe, e.seq)", upTo: last)
             order by e.account_id, e.stripe, e.seq limit \(limit))
        select count(*) as entries, (\(walk.sum)::text::numeric + coalesce(sum(p.amount), 0))::text as total,
               case when count(*) = 0 then \(walk.digest) else sha256(\(walk.digest) || string_agg(
                   uuid_send(p.transaction_id) || int8send(p.account_id) || int2send(p.stripe) || int8send(p.seq)
                   || int8send(p.amount) || int8send(p.balance_after) || timestamptz_send(p.created_at), ''::bytea
                   order by p.account_id, p.stripe, p.seq)) end as digest,
               (array_agg(p.account_id order by p.account_id desc, p.stripe desc, p.seq desc))[1] as account_id,
               (array_agg(p.stripe order by p.account_id desc, p.stripe desc, p.seq desc))[1] as stripe,
               (array_agg(p.seq order by p.account_id desc, p.stripe desc, p.seq desc))[1] as seq
          from page p
        """
    }

    static func insert(_ walk: SliceWalk) -> SQL {
        """
        insert into ledger.sealed_slices (month, slice, first_account, first_stripe, first_seq, last_account, last_stripe,
            last_seq, entry_count, amount_sum, digest)
        values (\(walk.month)::text::date, \(walk.slice), \(walk.first.account), \(walk.first.stripe), \(walk.first.seq),
            \(walk.reached.account), \(walk.reached.stripe), \(walk.reached.seq), \(walk.count), \(walk.sum)::text::numeric, \(walk.digest))
            on conflict on constraint sealed_slices_pkey do nothing
        """
    }

    /// The next slice to read again of a sealed month: the one whose turn it is on the day that the run began, or each.
    ///
    /// So every entry of every sealed month is read once in thirty days, at the same cost each night.
    static func turn(_ started: String, after month: String, slice: Int16, everything: Bool) -> SQL {
        """
        select n.month::text as month, n.slice, n.first_account, n.first_stripe, n.first_seq, n.last_account, n.last_stripe,
               n.last_seq, n.entry_count, n.amount_sum::text as total, n.digest
          from (select s.*, count(*) over (partition by s.month) as slices from ledger.sealed_slices s) n
         where n.slices = \(Int64(sliceCount))
           and (\(everything)
                or n.slice = floor(extract(epoch from \(started)::text::timestamptz) / 86400)::bigint % \(Int64(sliceCount)))
           and (n.month, n.slice) > (\(month)::text::date, \(slice))
         order by n.month, n.slice limit 1
        """
    }
}

/// A place in the position index of a month.
struct EntryPosition: Hashable {
    var account: Int64
    var stripe: Int16
    var seq: Int64

    static let start = EntryPosition(account: .min, stripe: .min, seq: .min)
}

/// A slice of a month, read up to a place.
struct SliceWalk: Hashable {
    let month: String
    let slice: Int16
    /// The position before its first one.
    let first: EntryPosition
    var reached: EntryPosition
    var count: Int64 = 0
    /// `numeric` as text.
    var sum = "0"
    /// SHA-256 of itself and the next page, page by page; 32 zero bytes at first.
    var digest = [UInt8](repeating: 0, count: 32)

    init(month: String, slice: Int16, from first: EntryPosition) {
        self.month = month
        self.slice = slice
        self.first = first
        reached = first
    }
}

extension SQL.StringInterpolation {
    /// The condition that a position is not behind another; nothing follows nil.
    fileprivate mutating func appendInterpolation(_ key: String, upTo last: EntryPosition?) {
        guard let last else { return }
        appendInterpolation(raw: "and \(key) <= (")
        appendInterpolation(last.account)
        appendLiteral(", ")
        appendInterpolation(last.stripe)
        appendLiteral(", ")
        appendInterpolation(last.seq)
        appendLiteral(")")
    }
}
