package import Codecs

/// A read that was decided, and the answer that its event gets for ever.
package struct RecordedRead: Equatable, Sendable {
    /// The event's identity; also the ledger transaction's when NWT moved.
    package let id: UUID
    package let read: ComicRead
    package let reward: Reward
    /// The reader's balance after it, in NWT; nil when nothing was posted.
    package let balance: Int64?

    package init(id: UUID, read: ComicRead, reward: Reward, balance: Int64?) {
        self.id = id
        self.read = read
        self.reward = reward
        self.balance = balance
    }
}
