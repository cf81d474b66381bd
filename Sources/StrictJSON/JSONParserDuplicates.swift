extension JSONParser {
    /// Refuses two members of the same name; names are compared as the bytes they mean, so `"a"` is `"\u0061"`.
    ///
    /// Few plain names are compared in pairs. More of them, or escaped ones, go through a set: Swift seeds its hashes
    /// anew in each process, so that nobody can choose names that collide.
    mutating func refuseDuplicates(in object: Int, _ bytes: Span<UInt8>) throws(JSONError) {
        names.removeAll(keepingCapacity: true)
        var name = object + 1
        var isPlain = true
        while name < tape.entries.count {
            names.append(name)
            isPlain = isPlain && !tape.entries[name].isEscaped
            name = Int(tape.entries[name + 1].next)
        }
        let repeated = isPlain && names.count <= 32 ? repeatedInPairs(bytes) : repeatedInSet()
        guard let repeated else { return }
        throw JSONError(
            code: .duplicateMember, pointer: tape.pointer(to: repeated + 1, in: source),
            offset: tape.entries[repeated].start)
    }

    private func repeatedInPairs(_ bytes: Span<UInt8>) -> Int? {
        let entries = tape.entries.span
        for later in names.indices.dropFirst() {
            let entry = entries[names[later]]
            for earlier in 0..<later where entries[names[earlier]].length == entry.length {
                if Self.isEqual(bytes, entry.start, entries[names[earlier]].start, Int(entry.length)) {
                    return names[later]
                }
            }
        }
        return nil
    }

    private static func isEqual(_ bytes: Span<UInt8>, _ left: Int, _ right: Int, _ count: Int) -> Bool {
        for position in 0..<count where bytes[left + position] != bytes[right + position] { return false }
        return true
    }

    private func repeatedInSet() -> Int? {
        var seen = Set<[UInt8]>(minimumCapacity: names.count)
        return names.first { !seen.insert(JSONText.decoded(tape.entries[$0], in: source)).inserted }
    }
}
