package import Codecs

/// One entry as the chain of its account sees it; the same bytes as `ledger.link` of the database.
package struct ChainLink: Hashable, Sendable {
    package var transaction: UUID
    package var account: Int64
    package var stripe: Int16
    package var seq: Int64
    /// Whole NWT.
    package var amount: Int64
    /// Microseconds since 2000-01-01, as PostgreSQL sends a time.
    package var createdMicroseconds: Int64

    package init(
        transaction: UUID, account: Int64, stripe: Int16, seq: Int64, amount: Int64, createdMicroseconds: Int64
    ) {
        self.transaction = transaction
        self.account = account
        self.stripe = stripe
        self.seq = seq
        self.amount = amount
        self.createdMicroseconds = createdMicroseconds
    }

    /// The head behind this entry.
    ///
    /// - Parameter head: the one before it, 32 bytes; zeros for the first entry
    package func link(after head: [UInt8]) -> [UInt8] {
        var bytes = head
        bytes.reserveCapacity(82)
        bytes.append(bigEndian: transaction.high)
        bytes.append(bigEndian: transaction.low)
        bytes.append(bigEndian: account)
        bytes.append(bigEndian: stripe)
        bytes.append(bigEndian: seq)
        bytes.append(bigEndian: amount)
        bytes.append(bigEndian: createdMicroseconds)
        return Hash.of(bytes)
    }
}
