extension Array: ColumnDecodable where Element: ColumnDecodable {
    /// `[UInt8]` reads `bytea` and JSON; other arrays read one dimension without NULL elements (`array_recv`).
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> [Element]? {
        if Element.self == UInt8.self {
            return raw(bytes, type: type) as? [Element]
        }
        guard let dimensions = bytes.bigEndian(Int32.self, at: 0), let inner = bytes.bigEndian(UInt32.self, at: 8)
        else { return nil }
        guard dimensions != 0 else { return bytes.count == 12 ? [] : nil }
        guard dimensions == 1, let count = bytes.bigEndian(Int32.self, at: 12), count >= 0 else { return nil }
        return elements(of: bytes, count: Int(count), type: PostgresType(identifier: inner))
    }

    private static func elements(of bytes: Span<UInt8>, count: Int, type: PostgresType) -> [Element]? {
        var values: [Element] = []
        var offset = 20
        // Every element has a length of four bytes: a count beyond that is not from a server.
        guard count <= bytes.count / 4 else { return nil }
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard let length = bytes.bigEndian(Int32.self, at: offset), length >= 0,
                Int(length) <= bytes.count - offset - 4,
                let value = Element.decode(bytes.extracting((offset + 4)..<(offset + 4 + Int(length))), type: type)
            else { return nil }
            values.append(value)
            offset += 4 + Int(length)
        }
        return offset == bytes.count ? values : nil
    }

    private static func raw(_ bytes: Span<UInt8>, type: PostgresType) -> [UInt8]? {
        switch type {
        case .bytea, .json: bytes.copy()
        case .jsonb: bytes.count > 0 && bytes[0] == 1 ? bytes.copy(from: 1) : nil
        default: nil
        }
    }
}
