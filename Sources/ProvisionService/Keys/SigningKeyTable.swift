internal import AuthKeys
internal import PostgresClient

/// `auth.signing_keys`, from which the other functions read what verifies a token.
enum SigningKeyTable {
    /// The identifiers of all keys in it.
    static func identifiers(_ connection: PostgresConnection) throws(DatabaseError) -> [String] {
        var found: [String] = []
        for row in try connection.query("select kid from auth.signing_keys") { found.append(try row.decode("kid")) }
        return found
    }

    /// Makes the table say what the document says.
    static func sync(_ document: AuthKeyDocument, _ connection: PostgresConnection) throws {
        // The one that signs comes last: there is never more than one.
        let keys = document.signing.filter { $0.state != .active } + document.signing.filter { $0.state == .active }
        try connection.transaction { transaction in
            try transaction.execute("set local role nerdwork_owner")
            try transaction.execute("delete from auth.signing_keys where kid <> all (\(keys.map(\.kid)))")
            for key in keys { try transaction.execute(upsert(key)) }
            try transaction.commit()
        }
    }

    private static func upsert(_ key: AuthKeyDocument.SigningKey) -> SQL {
        """
        insert into auth.signing_keys
            (kid, modulus, exponent, state, created_at, published_at, activated_at, retired_at)
        values (\(key.kid), \(key.modulus), \(key.exponent), \(key.state.rawValue), \(key.createdAt),
            \(key.publishedAt), \(key.activatedAt), \(key.retiredAt))
        on conflict (kid) do update set state = excluded.state, published_at = excluded.published_at,
            activated_at = excluded.activated_at, retired_at = excluded.retired_at
        """
    }
}
