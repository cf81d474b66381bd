extension JSONValue {
    /// The member's value, which must be there; it may be null.
    package func member(_ name: String) throws(JSONError) -> JSONValue {
        guard kind == .object else { throw error(.type) }
        guard let found = find(name) else {
            let place = self.error(.missingMember)
            throw JSONError(code: .missingMember, pointer: place.pointer + "/" + name, offset: place.offset)
        }
        return found
    }

    /// The member's value; nil when it is absent or null.
    package func optional(_ name: String) throws(JSONError) -> JSONValue? {
        guard kind == .object else { throw error(.type) }
        guard let found = find(name), !found.isNull else { return nil }
        return found
    }

    /// The member's value, nil when it is absent or this value is no object: for telling shapes apart.
    package subscript(name: String) -> JSONValue? {
        kind == .object ? find(name) : nil
    }

    /// The elements of an array, in order.
    package var elements: JSONElements {
        get throws(JSONError) {
            guard kind == .array else { throw error(.type) }
            return JSONElements(container: self)
        }
    }

    /// The members of an object, in the order of the text.
    package var members: JSONMembers {
        get throws(JSONError) {
            guard kind == .object else { throw error(.type) }
            return JSONMembers(container: self)
        }
    }

    /// Refuses an object that has a member with another name than these (`.unknownMember`).
    package func refuseUnknownMembers(except known: [String]) throws(JSONError) {
        guard kind == .object else { throw error(.type) }
        var name = index + 1
        while name < Int(entry.next) {
            let entry = storage.tape.entries[name]
            guard known.contains(where: { JSONText.matches(entry, $0, in: storage.bytes) }) else {
                throw JSONValue(storage: storage, index: name + 1).error(.unknownMember)
            }
            name = Int(storage.tape.entries[name + 1].next)
        }
    }

    /// Checks the value of every member, in order, without making a string of its name.
    package func checkMembers(_ check: (JSONValue) throws(JSONError) -> Void) throws(JSONError) {
        guard kind == .object else { throw error(.type) }
        let end = Int(entry.next)
        var name = index + 1
        while name < end {
            try check(JSONValue(storage: storage, index: name + 1))
            name = Int(storage.tape.entries[name + 1].next)
        }
    }

    /// Throws what `string` would for each of these members that is there and not null; the first in the text counts.
    package func checkStrings(of names: [String]) throws(JSONError) {
        guard kind == .object else { throw error(.type) }
        let (table, source) = (storage.tape.entries, storage.bytes)
        let end = Int(table[index].next)
        var name = index + 1
        while name < end {
            let value = table[name + 1]
            // Only what could be wrong is worth a look at its name.
            let isRight = value.kind == .null || (value.kind == .string && !value.isEscaped && value.length <= 65_536)
            if !isRight, Self.isMember(table[name], oneOf: names, in: source) {
                try JSONValue(storage: storage, index: name + 1).checkString()
            }
            name = Int(value.next)
        }
    }

    private static func isMember(_ name: JSONEntry, oneOf names: [String], in source: [UInt8]) -> Bool {
        for wanted in names where JSONText.matches(name, wanted, in: source) { return true }
        return false
    }

    /// The first member that is not null and whose name is this but for the case of ASCII letters; nil where this is
    /// no object.
    package func member(ignoringASCIICase name: String) -> JSONValue? {
        guard kind == .object else { return nil }
        let (table, source) = (storage.tape.entries, storage.bytes)
        let end = Int(table[index].next)
        var position = index + 1
        while position < end {
            let (entry, value) = (table[position], table[position + 1])
            if value.kind != .null, JSONText.matchesIgnoringASCIICase(entry, name, in: source) {
                return JSONValue(storage: storage, index: position + 1)
            }
            position = Int(value.next)
        }
        return nil
    }

    private func find(_ name: String) -> JSONValue? {
        // One look at each array for the whole search; going through `storage` each time costs more than comparing.
        let (table, source) = (storage.tape.entries, storage.bytes)
        let entries = table.span
        let bytes = source.span
        let wanted = name.utf8.span
        let end = Int(entries[index].next)
        var position = index + 1
        while position < end {
            let entry = entries[position]
            if entry.isEscaped
                ? JSONText.matches(entry, name, in: source)
                : Int(entry.length) == wanted.count && JSONText.isEqual(bytes, entry.start, wanted)
            {
                return JSONValue(storage: storage, index: position + 1)
            }
            position = Int(entries[position + 1].next)
        }
        return nil
    }
}

/// The elements of an array.
package struct JSONElements: Sequence, IteratorProtocol {
    private let storage: JSONDocument.Storage
    private var position: Int
    private let end: Int

    init(container: JSONValue) {
        storage = container.storage
        position = container.index + 1
        end = Int(container.entry.next)
    }

    package mutating func next() -> JSONValue? {
        guard position < end else { return nil }
        defer { position = Int(storage.tape.entries[position].next) }
        return JSONValue(storage: storage, index: position)
    }
}

/// The members of an object.
package struct JSONMembers: Sequence, IteratorProtocol {
    private let storage: JSONDocument.Storage
    private var position: Int
    private let end: Int

    init(container: JSONValue) {
        storage = container.storage
        position = container.index + 1
        end = Int(container.entry.next)
    }

    package mutating func next() -> (name: String, value: JSONValue)? {
        guard position < end else { return nil }
        let name = storage.tape.entries[position]
        let value = position + 1
        position = Int(storage.tape.entries[value].next)
        let text =
            name.isEscaped
            ? String(decoding: JSONText.decoded(name, in: storage.bytes), as: UTF8.self)
            : String(decoding: storage.bytes[name.start..<name.end], as: UTF8.self)
        return (text, JSONValue(storage: storage, index: value))
    }
}
