/// An address of the Internet Protocol, version 4 or 6, as event-ruler reads it from a text.
struct InternetAddress: Sendable, Equatable {
    /// 4 or 16 bytes, the most significant first.
    let bytes: [UInt8]

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// Nil where the text is no address.
    init?(_ text: [UInt8]) {
        guard text.count <= 64, let bytes = text.contains(0x3A) ? Self.version6(text) : Self.version4(text) else {
            return nil
        }
        // Java, in which event-ruler is written, makes ::ffff:a.b.c.d the address a.b.c.d.
        let isMapped = bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    private static func version4(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: 0x2E, omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part -> UInt8? in
            guard !part.isEmpty, part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return UInt8(String(decoding: part, as: UTF8.self))
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        guard let gap = doubleColon(in: text) else {
            guard let groups = groups(text[...]), groups.count == 16 else { return nil }
            return groups
        }
        let rest = text[(gap + 2)...]
        guard doubleColon(in: Array(rest)) == nil, let left = groups(text[..<gap]), let right = groups(rest),
            left.count + right.count <= 14
        else { return nil }
        return left + [UInt8](repeating: 0, count: 16 - left.count - right.count) + right
    }

    private static func doubleColon(in text: [UInt8]) -> Int? {
        guard text.count >= 2 else { return nil }
        return (0..<(text.count - 1)).first { text[$0] == 0x3A && text[$0 + 1] == 0x3A }
    }

    /// The bytes of groups that colons separate; none of an empty text.
    private static func groups(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        for part in text.split(separator: 0x3A, omittingEmptySubsequences: false) {
            guard (1...4).contains(part.count), part.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes
    }

    /// The same address with the bits behind the first ones all set or all cleared.
    fileprivate func filled(after bits: Int, with bit: Bool) -> InternetAddress {
        var bytes = bytes
        for index in bytes.indices {
            let kept = min(8, max(0, bits - index * 8))
            let mask: UInt8 = kept == 8 ? 0 : 0xFF >> UInt8(kept)
            bytes[index] = bit ? bytes[index] | mask : bytes[index] & ~mask
        }
        return InternetAddress(bytes: bytes)
    }
}

/// The addresses between two, both included.
struct AddressRange: Sendable {
    let first: InternetAddress
    let last: InternetAddress

    /// The one address.
    init(_ address: InternetAddress) {
        first = address
        last = address
    }

    /// `10.0.0.0/24`, `2001:db8::/32`; nil where event-ruler refuses it: it takes at most 31 and 127 bits.
    init?(block text: String) {
        let parts = text.utf8.split(separator: 0x2F, omittingEmptySubsequences: false)
        guard parts.count == 2, let address = InternetAddress(Array(parts[0])),
            parts[1].allSatisfy({ (0x30...0x39).contains($0) }),
            let bits = Int(String(decoding: parts[1], as: UTF8.self)),
            bits < address.bytes.count * 8
        else { return nil }
        first = address.filled(after: bits, with: false)
        last = address.filled(after: bits, with: true)
    }

    func contains(_ address: InternetAddress) -> Bool {
        address.bytes.count == first.bytes.count && !address.bytes.lexicographicallyPrecedes(first.bytes)
            && !last.bytes.lexicographicallyPrecedes(address.bytes)
    }
}
