import Codecs

/// The name that a caller gives a request, so that repeating it does nothing a second time.
struct RequestKey: Hashable, Sendable {
    /// SHA-256 of caller and name: what is stored.
    let hash: [UInt8]

    /// Nil for a name that is empty, longer than 255 bytes or not visible ASCII.
    init?(_ name: String, caller: UUID) {
        guard (1...255).contains(name.utf8.count), name.utf8.allSatisfy(ASCII.isVisible) else { return nil }
        hash = FieldDigest.digest(["nerdwork.wallet", caller.description, name])
    }

    /// The identifier of what the request makes, a transaction or a hold: the same for ever.
    ///
    /// Nothing but the hash, because a repetition comes at another time.
    var resultID: UUID { Self.identifier(hash) }

    /// The identifier of the event that announces it.
    var eventID: UUID {
        Self.identifier(FieldDigest.digest(["nerdwork.wallet", "TransferPosted", resultID.description]))
    }

    /// Version 8 (RFC 9562, section 5.8) with a digest's first bits.
    private static func identifier(_ digest: [UInt8]) -> UUID {
        let first = digest.prefix(6).reduce(0) { $0 << 8 | Int64($1) }
        return UUID(time: Timestamp(millisecondsSince1970: first), digest: Array(digest.dropFirst(6)))
    }
}
