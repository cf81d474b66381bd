import PostgresClient

extension DatabaseError {
    /// Whether somebody else was faster (0010_auth_sign_in.sql): the code, step or challenge has been used or the account
    /// has changed (NA409), or nobody may be let in any more (NA401).
    ///
    /// Nothing has been done.
    var isOvertaken: Bool { sqlState == "NA409" || sqlState == "NA401" }
}
