/// An array whose elements may be NULL; one dimension (`array_recv`).
package struct NullableArray<Element: ColumnDecodable>: ColumnDecodable {
    package let elements: [Element?]

    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> NullableArray? {
        guard let dimensions = bytes.bigEndian(Int32.self, at: 0), let inner = bytes.bigEndian(UInt32.self, at: 8)
        else { return nil }
        guard dimensions != 0 else { return bytes.count == 12 ? NullableArray(elements: []) : nil }
        guard dimensions == 1, let count = bytes.bigEndian(Int32.self, at: 12), count >= 0 else { return nil }
        return elements(of: bytes, count: Int(count), type: PostgresType(identifier: inner))
            .map { NullableArray(elements: $0) }
    }

    private static func elements(of bytes: Span<UInt8>, count: Int, type: PostgresType) -> [Element?]? {
        var values: [Element?] = []
        var offset = 20
        // Every element has a length of four bytes: a count beyond that is not from a server.
        guard count <= bytes.count / 4 else { return nil }
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard let length = bytes.bigEndian(Int32.self, at: offset) else { return nil }
            offset += 4
            // A length of -1 is NULL.
            guard length != -1 else {
                values.append(nil)
                continue
            }
            guard length >= 0, Int(length) <= bytes.count - offset,
                let value = Element.decode(bytes.extracting(offset..<(offset + Int(length))), type: type)
            else { return nil }
            values.append(value)
            offset += Int(length)
        }
        return offset == bytes.count ? values : nil
    }
}
