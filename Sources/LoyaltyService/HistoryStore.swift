import Codecs
import Ledger
import PostgresClient
import ServiceKit

/// A reader's reads, newest first, a page at a time.
enum HistoryStore {
    static func page(of reader: UserID, after position: ListPosition?, limit: Int) -> SQL {
        """
        select read_id, reader, comic, read_at, points, streak_bonus, streak_days, outcome, balance
        from loyalty.reads
        where reader = \(reader.text)
            and (read_at, read_id) < (coalesce(\(position?.time), 'infinity'), coalesce(\(position?.id), \(ListPosition.lastID)))
        order by read_at desc, read_id desc
        limit \(limit)
        """
    }

    static func decode(_ row: Row) throws -> RecordedRead {
        try ReaderStore.decodeRead(row, id: try row.decode("read_id"))
    }
}
