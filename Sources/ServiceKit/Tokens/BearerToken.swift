/// The token of an `authorization` field (RFC 6750, section 2.1).
enum BearerToken {
    /// The bytes behind `Bearer` and one blank; nil for any other form.
    ///
    /// Stricter than the RFC, whose grammar also has other cases and several blanks, which no client of ours sends: what
    /// the gateway and this function might read differently is refused. So are two fields, which arrive as one with a
    /// comma, because no token contains one.
    static func bytes(_ authorization: String) -> [UInt8]? {
        let scheme = "Bearer ".utf8
        guard authorization.utf8.starts(with: scheme) else { return nil }
        return Array(authorization.utf8.dropFirst(scheme.count))
    }
}
