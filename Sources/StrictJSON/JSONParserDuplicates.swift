extension JSONParser {
    /// Refuses two members of the same name; names are compared as the bytes they mean, so `"a"` is `"\u0061"`.
    ///
    /// Few plain names are compared with each other. More of them, or escaped ones, go through a set: Swift seeds its
    /// hashes anew in each process, so that nobody can choose names that collide.
    mutating func refuseDuplicates(in object: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        let entries = tape.entries.span
        var name = object + 1
        var count = 0
        // A bit for each name's mark: where it is new, the name is new, and nothing has to be compared.
        var marks: UInt64 = 0
        while name < entries.count {
            let entry = entries[name]
            count += 1
            guard count <= limits.maximumMembers else { throw failure(.size, at: entry.start) }
            guard !entry.isEscaped, count <= 32 else { return try refuseManyDuplicates(in: object) }
            let mark = Self.mark(of: entry, bytes)
            if marks & mark != 0, isRepeated(name, in: object, bytes) { throw duplicate(name) }
            marks |= mark
            name = Int(entries[name + 1].next)
        }
    }

    /// One of 64 bits, the same for the same name.
    @inline(__always)
    private static func mark(of entry: JSONEntry, _ bytes: Span<UInt8>) -> UInt64 {
        guard entry.length > 0 else { return 1 }
        let first = bytes[entry.start]
        let middle = bytes[entry.start + Int(entry.length) / 2]
        let last = bytes[entry.end - 1]
        return 1
            &<< UInt64(
                truncatingIfNeeded: first &* 5 &+ middle &* 11 &+ last &* 3 &+ UInt8(truncatingIfNeeded: entry.length))
    }

    /// Whether an earlier member has the plain name at `later`; all earlier ones are plain too.
    private func isRepeated(_ later: Int, in object: Int, _ bytes: Span<UInt8>) -> Bool {
        let entries = tape.entries.span
        let entry = entries[later]
        var earlier = object + 1
        while earlier < later {
            if entries[earlier].length == entry.length,
                Self.isEqual(bytes, entry.start, entries[earlier].start, Int(entry.length))
            {
                return true
            }
            earlier = Int(entries[earlier + 1].next)
        }
        return false
    }

    private static func isEqual(_ bytes: Span<UInt8>, _ left: Int, _ right: Int, _ count: Int) -> Bool {
        for position in 0..<count where bytes[left + position] != bytes[right + position] { return false }
        return true
    }

    private func refuseManyDuplicates(in object: Int) throws(JSONError) {
        var seen: Set<[UInt8]> = []
        var count = 0
        var name = object + 1
        while name < tape.entries.count {
            count += 1
            guard count <= limits.maximumMembers else { throw failure(.size, at: tape.entries[name].start) }
            guard seen.insert(JSONText.decoded(tape.entries[name], in: source)).inserted else { throw duplicate(name) }
            name = Int(tape.entries[name + 1].next)
        }
    }

    private func duplicate(_ name: Int) -> JSONError {
        JSONError(
            code: .duplicateMember, pointer: tape.pointer(to: name + 1, in: source), offset: tape.entries[name].start)
    }
}
