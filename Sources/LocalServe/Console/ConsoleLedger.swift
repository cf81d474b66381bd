internal import Codecs
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import PostgresClient
internal import StrictJSON

/// The books for the page: read in one snapshot by a session that cannot write, and not for long.
struct ConsoleLedger {
    private let database: ConnectionConfiguration

    static let maximumAccounts = 200
    static let maximumEntries = 500
    static let maximumReaders = 100

    init(database: ConnectionConfiguration) {
        var configuration = database
        configuration.applicationName = "console"
        let settings = "-c default_transaction_read_only=on -c statement_timeout=5000 -c lock_timeout=1000"
        configuration.options = [configuration.options, settings].compactMap(\.self).joined(separator: " ")
        self.database = configuration
    }

    func books(_ target: ConsoleTarget) throws(LocalError) -> Answer {
        let search = target["search"] ?? ""
        guard search.utf8.count <= 200 else { throw LocalError(.data, "The search is too long.") }
        return try reading { transaction throws(DatabaseError) in
            let results = try transaction.pipeline([
                LedgerQueries.totals, LedgerQueries.audit, LedgerQueries.accounts(search, limit: Self.maximumAccounts),
            ])
            let totals = try results[0].only()
            return try .object { object throws(DatabaseError) in
                object.member("total", try totals.decode("total", as: Int64.self))
                object.member("circulation", try totals.decode("circulation", as: Int64.self))
                object.member("accountCount", try totals.decode("accounts", as: Int64.self))
                object.member("transactions", try totals.decode("transactions", as: Int64.self))
                if let row = results[1].first {
                    try object.member("audit") { audit throws(DatabaseError) in try Self.audit(row, to: &audit) }
                }
                try object.array("accounts") { list throws(DatabaseError) in
                    for row in results[2] {
                        try list.object { account throws(DatabaseError) in try Self.account(row, to: &account) }
                    }
                }
            }
        }
    }

    func statement(_ target: ConsoleTarget) throws(LocalError) -> Answer {
        guard let reference = target["account"], (1...200).contains(reference.utf8.count) else {
            throw LocalError(.data, "account is missing.")
        }
        let answer = try reading { transaction throws(DatabaseError) -> Answer? in
            let results = try transaction.pipeline([
                LedgerQueries.account(reference), LedgerQueries.entries(reference, limit: Self.maximumEntries + 1),
            ])
            guard let account = results[0].first else { return nil }
            return try .object { object throws(DatabaseError) in
                try Self.account(account, to: &object, isWhole: true)
                object.member("more", results[1].count > Self.maximumEntries)
                try object.array("entries") { list throws(DatabaseError) in
                    for row in results[1].prefix(Self.maximumEntries) {
                        try list.object { entry throws(DatabaseError) in try Self.entry(row, to: &entry) }
                    }
                }
            }
        }
        guard let answer else { throw LocalError(.noInput, "There is no such account.") }
        return answer
    }

    /// Who can be tipped: the newest accounts, by id and name.
    func readers() throws(LocalError) -> Answer {
        try reading { transaction throws(DatabaseError) in
            let rows = try transaction.query(LedgerQueries.readers(limit: Self.maximumReaders))
            return try .object { object throws(DatabaseError) in
                try object.array("readers") { list throws(DatabaseError) in
                    for row in rows {
                        let (id, name): (UUID, String) = (try row.decode("user_id"), try row.decode("display_name"))
                        list.object { reader in
                            reader.member("id", id.description)
                            reader.member("name", name)
                        }
                    }
                }
            }
        }
    }

    private func reading<Value>(
        _ body: (Transaction) throws(DatabaseError) -> Value
    ) throws(LocalError) -> Value {
        do {
            let connection = try PostgresConnection(database)
            defer { connection.close() }
            return try connection.transaction(.snapshot) { try body($0) }
        } catch {
            throw LocalError(.unavailable, "The database cannot be read: \(error).")
        }
    }

    // MARK: Rows

    private static func audit(_ row: Row, to object: inout JSONObjectWriter) throws(DatabaseError) {
        object.member("mode", try row.decode("mode", as: String.self))
        object.member("state", try row.decode("state", as: String.self))
        object.member("findings", try row.decode("finding_count", as: Int64.self))
        object.member("finishedAt", try row.decode("finished_at", as: Timestamp.self).millisecondsSince1970)
    }

    private static func account(
        _ row: Row, to object: inout JSONObjectWriter, isWhole: Bool = false
    ) throws(DatabaseError) {
        object.member("reference", try row.decode("reference", as: String.self))
        object.member("name", try row.decode("name", as: String.self))
        object.member("isSystem", try row.decode("is_system", as: Bool.self))
        object.member("balance", try row.decode("balance", as: Int64.self))
        object.member("held", try row.decode("held", as: Int64.self))
        object.member(isWhole ? "entryCount" : "entries", try row.decode("entries", as: Int64.self))
        object.member(
            "lastMovement", try row.decodeIfPresent("last_movement", as: Timestamp.self)?.millisecondsSince1970)
    }

    private static func entry(_ row: Row, to object: inout JSONObjectWriter) throws(DatabaseError) {
        object.member("transactionId", try row.decode("transaction_id", as: UUID.self).description)
        object.member("type", try row.decode("type", as: String.self))
        object.member("amount", try row.decode("amount", as: Int64.self))
        object.member("balance", try row.decode("balance", as: Int64.self))
        object.member("at", try row.decode("created_at", as: Timestamp.self).millisecondsSince1970)
        object.member("others", try row.decode("others", as: String.self))
    }
}
