import PostgresClient

extension DatabaseError {
    /// Whether somebody else was faster (NA409 of 0010_auth_sign_in.sql): the code, step or challenge has been used, or
    /// the account has changed.
    ///
    /// Nothing has been done.
    var isOvertaken: Bool { sqlState == "NA409" }
}
