import Codecs
import Ledger
import PostgresClient
import ServiceKit
import StrictJSON

/// The statements that record a read with everything that follows from it; they run with the commit, in one round trip.
enum RewardStore {
    /// Records the decision.
    ///
    /// The first statement's row is the answer (`decode`).
    static func record(_ reward: Reward, for read: ComicRead, id: UUID, state: ReaderState) throws -> [SQL] {
        var statements = [
            reward.amount > 0 ? try post(reward, for: read, id: id) : insert(reward, for: read, id: id)
        ]
        if reward.outcome != .alreadyCounted {
            statements.append(countDay(reward, for: read, id: id))
            if state.pointsOfDay == nil, state.daysAfter > 0 {
                statements.append(lengthenRun(after: read, by: reward.streakDays))
            }
        }
        return statements
    }

    /// Posts treasury → reader, records the read with the balance, and announces the reward: one statement.
    ///
    /// A closed wallet is remembered with the read and earns nothing, now and for ever.
    private static func post(_ reward: Reward, for read: ComicRead, id: UUID) throws -> SQL {
        let posting = try Posting(
            id: id, type: .reward, amount: reward.amount, from: .system(.treasury), to: .wallet(owner: read.reader),
            metadata: JSONWriter.object { $0.member("comicId", read.comic.text) }.bytes)
        return """
            with posted as (
                select status, balances[2] as balance from \(post: posting)
            ), recorded as (
                insert into loyalty.reads
                    (read_id, read_at, day, reader, comic, streak_days, outcome, points, streak_bonus, balance)
                select \(id), \(read.time), \(read.day), \(read.reader.text), \(read.comic.text), \(Int32(reward.streakDays)),
                    case status when 0 then \(reward.outcome.rawValue) else \(ReadOutcome.walletClosed.rawValue) end,
                    case status when 0 then \(reward.points) else 0 end,
                    case status when 0 then \(reward.streakBonus) else 0 end,
                    balance
                from posted
                returning outcome, points, streak_bonus, streak_days, balance
            ), announced as (
                insert into outbox.events (event_id, aggregate, source, detail_type, detail)
                select \(announcement(of: read, id: id)), \("reader:" + read.reader.text), 'nerdwork.loyalty', 'RewardGranted',
                    jsonb_build_object('version', 1, 'userId', \(read.reader.text), 'comicId', \(read.comic.text),
                        'amount', \(reward.amount), 'transactionId', \(id), 'balance', balance)
                from posted where status = 0
            )
            select outcome, points, streak_bonus, streak_days, balance from recorded
            """
    }

    /// The identity of the event that announces the reward.
    static func announcement(of read: ComicRead, id: UUID) -> UUID {
        IdempotentConsumer.identity(
            source: "nerdwork.loyalty", detailType: "RewardGranted", id: id.description, time: read.time)
    }

    private static func insert(_ reward: Reward, for read: ComicRead, id: UUID) -> SQL {
        """
        insert into loyalty.reads (read_id, read_at, day, reader, comic, streak_days, outcome, points, streak_bonus)
        values (\(id), \(read.time), \(read.day), \(read.reader.text), \(read.comic.text), \(Int32(reward.streakDays)),
            \(reward.outcome.rawValue), 0, 0)
        returning outcome, points, streak_bonus, streak_days, balance
        """
    }

    /// Adds to the day's totals, unless the read did not count after all because the wallet is closed.
    private static func countDay(_ reward: Reward, for read: ComicRead, id: UUID) -> SQL {
        """
        insert into loyalty.reading_days as days (reader, day, streak, reads, points, streak_bonus)
        select reader, day, streak_days, 1, points, streak_bonus from loyalty.reads
        where read_id = \(id) and outcome in (0, 1)
        on conflict on constraint reading_days_pkey do update
        set reads = days.reads + 1, points = days.points + excluded.points,
            streak_bonus = days.streak_bonus + excluded.streak_bonus
        """
    }

    /// Tells the days behind a day that came late that their run begins earlier than they knew.
    private static func lengthenRun(after read: ComicRead, by days: Int) -> SQL {
        """
        update loyalty.reading_days set streak = streak + \(Int32(days))
        where reader = \(read.reader.text) and day > \(read.day) and streak = day - \(read.day)
            and exists (
                select from loyalty.reading_days where reader = \(read.reader.text) and day = \(read.day))
        """
    }

    /// What was recorded: the decision, or the closed wallet in its place.
    static func decode(_ row: Row, read: ComicRead, id: UUID) throws -> RecordedRead {
        let reward = try ReaderStore.decodeReward(row)
        return RecordedRead(id: id, read: read, reward: reward, balance: try row.decodeIfPresent("balance"))
    }
}
