package import Codecs
internal import Cryptography

extension Posting {
    /// What the posting asks for, as 16 bytes; the same id with another fingerprint is another posting, and refused.
    ///
    /// The first 16 bytes of SHA-256 of: version 1 (1 byte), type (2), number of legs (2), and for each leg, in the order
    /// of their references' bytes, length of the reference (2), reference, amount (8); integers big-endian. The database
    /// computes the same from what it stores (`ledger.fingerprint`), so the audit can compare.
    package var fingerprint: UUID {
        var bytes: [UInt8] = [1]
        bytes.appendBigEndian(type.rawValue)
        bytes.appendBigEndian(Int16(truncatingIfNeeded: legs.count))
        let named = legs.map { (reference: Array($0.account.text.utf8), amount: $0.amount) }
        for leg in named.sorted(by: { $0.reference.lexicographicallyPrecedes($1.reference) }) {
            bytes.appendBigEndian(Int16(truncatingIfNeeded: leg.reference.count))
            bytes.append(contentsOf: leg.reference)
            bytes.appendBigEndian(leg.amount)
        }
        return UUID(bytes: SHA256.digest(bytes).prefix(16)) ?? UUID(high: 0, low: 0)
    }
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    fileprivate mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}
