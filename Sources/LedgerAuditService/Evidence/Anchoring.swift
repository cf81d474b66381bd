internal import AWSClient
internal import LedgerEvidence
internal import PostgresClient

/// Writes the anchors that are missing.
///
/// That an attempt begins is written down before it, so that after a kill an object that is there already can be told
/// from one that somebody else has put there first.
struct Anchoring {
    let connection: PostgresConnection
    let limit: TimeLimit?

    /// How many anchors one night writes at most: after a month without the bucket it takes two.
    static let batch: Int64 = 30

    /// Writes what waits, oldest first; stops at the first that cannot be written.
    func writeAll(to store: AnchorStore?, _ result: inout EvidenceResult) throws(DatabaseError) {
        let waiting = try connection.query(EvidenceQueries.waiting(limit: Self.batch))
        result.unanchored = try waiting.first?.decode("waiting") ?? 0
        guard let store else { return }
        for row in waiting {
            let (record, key) = (try RootRecord(row), try row.decode("object_key", as: String.self))
            if let failure = try write(record, key, store) {
                result.failure = failure
                return
            }
            result.anchored += 1
            result.unanchored -= 1
        }
    }

    /// Nil when the anchor stands.
    private func write(_ record: RootRecord, _ key: String, _ store: AnchorStore) throws(DatabaseError) -> String? {
        let wasUnsure = try connection.query(EvidenceQueries.beginAnchor(record.root)).only()
            .decode("was_unsure", as: Bool.self)
        let (failure, unsure) = Self.attempt(record, key, store, limit, wasUnsure: wasUnsure)
        _ = try connection.query(EvidenceQueries.endAnchor(record.root, failure: failure, unsure: unsure))
        return failure
    }

    private static func attempt(
        _ record: RootRecord, _ key: String, _ store: AnchorStore, _ limit: TimeLimit?, wasUnsure: Bool
    ) -> (failure: String?, unsure: Bool) {
        let object = StoredObject(
            key: key, contentType: "application/json", body: record.canonical, mustBeNew: true)
        do throws(AWSError) {
            try store.put(object, limit?.remainingMilliseconds)
            return (nil, false)
        } catch {
            if error.status == 412, wasUnsure { return (nil, false) }
            // Somebody else has put an object there.
            if error.status == 412 { return ("the key is taken", false) }
            return (error.serviceCode ?? error.code.rawValue, wasUnsure || error.mayHaveTakenEffect)
        }
    }
}
