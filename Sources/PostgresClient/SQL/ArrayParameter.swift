extension Array: Bindable where Element: Bindable {
    /// `[UInt8]` is a `bytea`; every other array is PostgreSQL's array of the element's type.
    package static var postgresType: PostgresType {
        guard let element = Element.self as? any ArrayBindable.Type else { return .bytea }
        return element.postgresArrayType
    }

    /// One dimension, lower bound 1, no NULL elements (`array_send`).
    package func encode(into bytes: inout [UInt8]) throws(BindingDefect) {
        // The type is compared first: an empty array of anything can be cast to an array of anything else.
        if Element.self == UInt8.self, let raw = self as? [UInt8] {
            bytes.append(contentsOf: raw)
            return
        }
        guard let length = Int32(exactly: count) else { throw .tooLarge }
        bytes.appendBigEndian(Int32(isEmpty ? 0 : 1))
        bytes.appendBigEndian(Int32(0))
        bytes.appendBigEndian(Element.postgresType.identifier)
        guard !isEmpty else { return }
        bytes.appendBigEndian(length)
        bytes.appendBigEndian(Int32(1))
        for element in self {
            try bytes.appendWithLength(element)
        }
    }
}

/// `[[UInt8]]` is a `bytea[]`.
extension Array: ArrayBindable where Element == UInt8 {
    package static var postgresArrayType: PostgresType { .byteaArray }
}

extension UInt8: Bindable {
    /// Only as the element of `[UInt8]`, which is a `bytea`.
    package static var postgresType: PostgresType { .bytea }
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(self)
    }
}

extension [UInt8] {
    /// Appends a value behind its length, as array elements travel.
    fileprivate mutating func appendWithLength(_ value: some Bindable) throws(BindingDefect) {
        let start = count
        appendBigEndian(Int32(0))
        try value.encode(into: &self)
        guard let length = Int32(exactly: count - start - 4) else { throw .tooLarge }
        for position in 0..<4 {
            self[start + position] = UInt8(truncatingIfNeeded: length >> Int32(24 - 8 * position))
        }
    }
}
