/// The prepared statements of one session, by text and parameter types; the least recently used goes first.
struct StatementCache {
    struct Key: Hashable {
        let text: String
        let types: [PostgresType]
    }

    private struct Entry {
        let name: String
        var used: UInt64
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var clock: UInt64 = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { entries.count }

    /// The server's name of a statement, if it is prepared.
    mutating func name(of key: Key) -> String? {
        guard let index = entries.index(forKey: key) else { return nil }
        clock += 1
        entries.values[index].used = clock
        return entries.values[index].name
    }

    /// Names a new statement.
    ///
    /// Names are never used twice, so a forgotten one cannot be taken for another.
    mutating func insert(_ key: Key) -> (name: String, evicted: String?) {
        let evicted = entries.count >= capacity ? removeOldest() : nil
        clock += 1
        let name = "s\(clock)"
        entries[key] = Entry(name: name, used: clock)
        return (name, evicted)
    }

    mutating func remove(_ key: Key) {
        entries[key] = nil
    }

    mutating func removeAll() {
        entries.removeAll()
    }

    private mutating func removeOldest() -> String? {
        guard let oldest = entries.min(by: { $0.value.used < $1.value.used }) else { return nil }
        entries[oldest.key] = nil
        return oldest.value.name
    }
}
