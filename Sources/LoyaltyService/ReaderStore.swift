import Codecs
import Ledger
import PostgresClient

/// The statements around a round of reads, each beside the code that reads its rows.
///
/// The first batch of the transaction is `lock` and `states`, the second is `record`: two round trips.
enum ReaderStore {
    /// Holds back other events of the same readers until the transaction ends.
    ///
    /// Advisory locks, so that a reader's first event needs no row to lock. Two readers whose keys collide wait for
    /// each other, which is harmless. In ascending order of the keys, so that two rounds never wait for each other both.
    static func lock(_ readers: [UserID]) -> SQL {
        """
        select pg_advisory_xact_lock(locks.key)
        from (
            select distinct hashtextextended(readers.reader, 6026) as key
            from unnest(\(readers.map(\.text))) as readers (reader) order by key
        ) as locks
        """
    }

    /// What `ReaderState` holds, as one row for each read, in their order.
    ///
    /// Must be a statement of its own after `lock`: it needs the newer snapshot.
    static func states(of reads: [PendingRead]) -> SQL {
        """
        select recorded.reader, recorded.comic, recorded.read_at, recorded.points, recorded.streak_bonus,
            recorded.streak_days, recorded.outcome, recorded.balance,
            exists (
                select from loyalty.reads as others
                where others.reader = asked.reader and others.comic = asked.comic and others.day = asked.day
                    and others.outcome in (0, 1)
            ) as already_counted,
            days.points_of_day, days.days_before, days.days_after,
            rules.points_per_read, rules.daily_cap, rules.three_day_bonus, rules.seven_day_bonus
        from unnest(
            \(reads.map(\.id)), \(reads.map(\.read.reader.text)), \(reads.map(\.read.comic.text)),
            \(reads.map(\.read.day))
        ) with ordinality as asked (id, reader, comic, day, place)
        cross join lateral (
            select points_per_read, daily_cap, three_day_bonus, seven_day_bonus
            from loyalty.rules where effective_from <= asked.day order by effective_from desc limit 1
        ) as rules
        cross join lateral (
            select max(points) filter (where day = asked.day) as points_of_day,
                coalesce(max(streak) filter (where day = asked.day - 1), 0) as days_before,
                count(*) filter (where day > asked.day and streak = day - asked.day) as days_after
            from loyalty.reading_days
            where reader = asked.reader and day >= asked.day - 1
        ) as days
        left join loyalty.reads as recorded on recorded.read_id = asked.id
        order by asked.place
        """
    }

    static func decodeState(_ row: Row, id: UUID) throws -> ReaderState {
        ReaderState(
            recorded: try decodeRecorded(row, id: id),
            comicAlreadyCounted: try row.decode("already_counted"),
            pointsOfDay: try row.decodeIfPresent("points_of_day"),
            daysBefore: Int(try row.decode("days_before", as: Int32.self)),
            daysAfter: Int(try row.decode("days_after", as: Int64.self)),
            rules: try decodeRules(row))
    }

    private static func decodeRecorded(_ row: Row, id: UUID) throws -> RecordedRead? {
        try row.decodeIfPresent("reader", as: String.self) == nil ? nil : decodeRead(row, id: id)
    }

    /// A row of `loyalty.reads`; nothing is known any more of where it came from.
    static func decodeRead(_ row: Row, id: UUID) throws -> RecordedRead {
        guard let reader = UserID(try row.decode("reader")), let comic = ComicID(try row.decode("comic")) else {
            throw StoredReadUnreadable()
        }
        let read = ComicRead(reader: reader, comic: comic, time: try row.decode("read_at"))
        return RecordedRead(
            id: id, read: read, reward: try decodeReward(row), balance: try row.decodeIfPresent("balance"))
    }

    static func decodeReward(_ row: Row) throws -> Reward {
        guard let outcome = ReadOutcome(rawValue: try row.decode("outcome")) else { throw StoredReadUnreadable() }
        return Reward(
            outcome: outcome, points: try row.decode("points"), streakBonus: try row.decode("streak_bonus"),
            streakDays: Int(try row.decode("streak_days", as: Int32.self)))
    }

    static func decodeRules(_ row: Row) throws -> RewardRules {
        RewardRules(
            pointsPerRead: try row.decode("points_per_read"), dailyCap: try row.decode("daily_cap"),
            streak: StreakBonus(
                thirdDay: try row.decode("three_day_bonus"), seventhDay: try row.decode("seven_day_bonus")))
    }
}

/// A row of `loyalty.reads` that no code of ours could have written.
struct StoredReadUnreadable: Error {}
