extension Array: ColumnDecodable where Element: ColumnDecodable {
    /// `[UInt8]` reads `bytea` and JSON; other arrays read one dimension without NULL elements (`array_recv`).
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> [Element]? {
        if Element.self == UInt8.self {
            return raw(bytes, type: type) as? [Element]
        }
        guard let array = NullableArray<Element>.decode(bytes, type: type) else { return nil }
        let values = array.elements.compactMap { $0 }
        return values.count == array.elements.count ? values : nil
    }

    private static func raw(_ bytes: Span<UInt8>, type: PostgresType) -> [UInt8]? {
        switch type {
        case .bytea, .json: bytes.copy()
        case .jsonb: bytes.count > 0 && bytes[0] == 1 ? bytes.copy(from: 1) : nil
        default: nil
        }
    }
}
