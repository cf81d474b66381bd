import Codecs
import PostgresClient
import StrictJSON

/// One hold, as far as the caller may see it.
enum HoldStore {
    /// At most one row; none where there is no such hold, or none that the caller is a party to.
    static func hold(_ id: UUID, caller: UUID, session: UUID?, now: Timestamp) -> SQL {
        "select hold::json as hold from wallet.hold(\(caller), \(session), \(now), \(id)) as hold"
    }

    static func decode(_ row: Row) throws -> JSONValue {
        try JSONDocument(parsing: try row.decode("hold", as: String.self)).root
    }
}
