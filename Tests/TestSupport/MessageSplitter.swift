/// Cuts a stream of PostgreSQL's protocol 3.0 into messages: a type byte and a length; the first from a client has no type.
struct MessageSplitter {
    private var pending: [UInt8] = []
    private var expectsStartup: Bool

    init(ofClient: Bool) {
        expectsStartup = ofClient
    }

    /// Takes bytes and returns the messages that are complete now.
    mutating func take(_ bytes: [UInt8]) -> [[UInt8]] {
        pending += bytes
        var messages: [[UInt8]] = []
        while let length = nextLength(), pending.count >= length {
            messages.append(Array(pending[..<length]))
            pending.removeFirst(length)
            expectsStartup = false
        }
        return messages
    }

    private func nextLength() -> Int? {
        let offset = expectsStartup ? 0 : 1
        guard pending.count >= offset + 4 else { return nil }
        return pending[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) } + offset
    }
}
