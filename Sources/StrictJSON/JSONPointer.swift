extension JSONTape {
    /// The RFC 6901 pointer to the entry at `target`; a member's name and its value have the same one.
    func pointer(to target: Int, in bytes: [UInt8]) -> String {
        var pointer = ""
        var current = 0
        while current < target, entries.indices.contains(current) {
            let children = children(of: current)
            guard let position = children.lastIndex(where: { $0 <= target }) else { return pointer }
            if entries[current].kind == .object {
                pointer += "/" + Self.displayed(name: entries[children[position & ~1]], bytes)
                // A name leads nowhere: its value, if there is one, is the next child.
                guard position & 1 == 1 else { return pointer }
            } else {
                pointer += "/\(position)"
            }
            current = children[position]
        }
        return pointer
    }

    /// The name where it is a plain identifier, else `?`.
    private static func displayed(name: JSONEntry, _ bytes: [UInt8]) -> String {
        let text = bytes[name.start..<name.end]
        let isPlain = text.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
            default: false
            }
        }
        return isPlain && text.count <= 64 ? String(decoding: text, as: UTF8.self) : "?"
    }
}
