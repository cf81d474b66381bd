internal import Codecs
internal import PostgresClient

/// A statement whose rows are findings: `code`, `accounts` (bigint[]), `transaction_id`, `detail`.
///
/// It has one snapshot, and a posting commits as a whole, so it sees each transaction wholly or not at all.
struct FindingQuery {
    /// What an incomplete report calls it.
    let name: String
    let sql: SQL

    /// Wraps a query so that it returns some rows of each code, and how many there are.
    static func limited(_ inner: String) -> String {
        """
        select g.code, g.accounts, g.transaction_id, g.detail, g.total
          from (select f.*, count(*) over w as total, row_number() over w as place from (\(inner)) f
                window w as (partition by f.code)) g
         where g.place <= \(FindingList.keptPerCode)
        """
    }

    /// A query without parameters.
    static func fixed(_ name: String, _ inner: String) -> FindingQuery {
        FindingQuery(name: name, sql: SQL(raw: limited(inner)))
    }
}

extension FindingList {
    /// Adds the rows of a `FindingQuery`.
    ///
    /// Returns the total of the row without code: how much was read.
    @discardableResult
    mutating func append(_ rows: QueryResult) throws(DatabaseError) -> Int64 {
        var read: Int64 = 0
        var kept: [FindingCode: [Finding]] = [:]
        var totals: [FindingCode: Int64] = [:]
        for row in rows {
            guard let name = try row.decodeIfPresent("code", as: String.self) else {
                read = try row.decode("total")
                continue
            }
            guard let code = FindingCode(rawValue: name) else {
                throw DatabaseError(.decoding, "unknown finding \(name)", column: "code")
            }
            totals[code] = try row.decode("total")
            kept[code, default: []].append(
                Finding(
                    code, accounts: try row.decodeIfPresent("accounts") ?? [],
                    transaction: try row.decodeIfPresent("transaction_id"), try row.decode("detail")))
        }
        for (code, total) in totals.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            append(kept[code] ?? [], of: code, count: total)
        }
        return read
    }
}
