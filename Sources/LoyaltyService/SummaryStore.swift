import Codecs
import Ledger
import PostgresClient

/// What a reader has now, in one statement.
enum SummaryStore {
    static func summary(of reader: UserID, today: UTCDay) -> SQL {
        """
        select coalesce(wallet.balance, 0) as balance,
            coalesce(today.reads, 0) as reads_today, coalesce(today.points, 0) as points_today,
            coalesce(today.streak, yesterday.streak, 0) as streak_days,
            rules.points_per_read, rules.daily_cap, rules.three_day_bonus, rules.seven_day_bonus
        from (
            select points_per_read, daily_cap, three_day_bonus, seven_day_bonus
            from loyalty.rules where effective_from <= \(today) order by effective_from desc limit 1
        ) as rules
        left join ledger.balance(\(AccountReference.wallet(owner: reader).text)) as wallet on true
        left join loyalty.reading_days as today on today.reader = \(reader.text) and today.day = \(today)
        left join loyalty.reading_days as yesterday
            on yesterday.reader = \(reader.text) and yesterday.day = \(today.advanced(by: -1))
        """
    }

    static func decode(_ row: Row, reader: UserID, today: UTCDay) throws -> ReaderSummary {
        ReaderSummary(
            reader: reader, balance: try row.decode("balance"), today: today,
            readsToday: Int(try row.decode("reads_today", as: Int32.self)), pointsToday: try row.decode("points_today"),
            streakDays: Int(try row.decode("streak_days", as: Int32.self)), rules: try ReaderStore.decodeRules(row))
    }
}
