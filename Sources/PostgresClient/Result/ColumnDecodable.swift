package import Codecs

/// A value that a column's binary form can be read as.
package protocol ColumnDecodable {
    /// Reads the value, or returns nil when the column's type or form does not fit.
    static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Self?
}

extension Span<UInt8> {
    /// The whole span as one integer in network byte order, or nil when the width differs.
    func bigEndian<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self) -> Integer? {
        count == Integer.bitWidth / 8 ? bigEndian(at: 0) : nil
    }

    /// The integer in network byte order that begins at `offset`, or nil when the span ends before.
    func bigEndian<Integer: FixedWidthInteger>(_: Integer.Type = Integer.self, at offset: Int) -> Integer? {
        let width = Integer.bitWidth / 8
        guard offset >= 0, offset <= count - width else { return nil }
        var value: Integer = 0
        for position in offset..<(offset + width) {
            value = (value << 8) | Integer(truncatingIfNeeded: self[position])
        }
        return value
    }

    func copy(from offset: Int = 0) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count - offset) { buffer, initialized in
            for position in offset..<count {
                unsafe buffer[position - offset] = self[position]
            }
            initialized = count - offset
        }
    }
}

extension Bool: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Bool? {
        guard type == .bool, bytes.count == 1 else { return nil }
        return bytes[0] != 0
    }
}

extension Int64: ColumnDecodable {
    /// Any integer type, and `numeric` without a fraction (what `sum(bigint)` returns).
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Int64? {
        switch type {
        case .int8: bytes.bigEndian()
        case .int4: bytes.bigEndian(Int32.self).map(Int64.init)
        case .int2: bytes.bigEndian(Int16.self).map(Int64.init)
        case .oid: bytes.bigEndian(UInt32.self).map(Int64.init)
        case .numeric: NumericText.decode(bytes).flatMap { Int64($0) }
        default: nil
        }
    }
}

extension Int: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Int? {
        Int64.decode(bytes, type: type).flatMap { Int(exactly: $0) }
    }
}

extension Int32: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Int32? {
        switch type {
        case .int4: bytes.bigEndian()
        case .int2: bytes.bigEndian(Int16.self).map(Int32.init)
        default: nil
        }
    }
}

extension Int16: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Int16? {
        type == .int2 ? bytes.bigEndian() : nil
    }
}

extension Double: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Double? {
        switch type {
        case .float8: bytes.bigEndian(UInt64.self).map { Double(bitPattern: $0) }
        case .float4: bytes.bigEndian(UInt32.self).map { Double(Float(bitPattern: $0)) }
        default: nil
        }
    }
}

extension UUID: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> UUID? {
        guard type == .uuid, bytes.count == 16,
            let high = bytes.bigEndian(UInt64.self, at: 0), let low = bytes.bigEndian(UInt64.self, at: 8)
        else { return nil }
        return UUID(high: high, low: low)
    }
}

extension Timestamp: ColumnDecodable {
    /// Microseconds are rounded down to milliseconds; infinity does not fit.
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> Timestamp? {
        guard type == .timestamptz, let microseconds = bytes.bigEndian(Int64.self),
            microseconds != .min, microseconds != .max
        else { return nil }
        let milliseconds = microseconds / 1_000 - (microseconds % 1_000 < 0 ? 1 : 0)
        return Timestamp(millisecondsSince1970: milliseconds + PostgresEpoch.milliseconds)
    }
}

extension UTCDay: ColumnDecodable {
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> UTCDay? {
        guard type == .date, let days = bytes.bigEndian(Int32.self), days != .min, days != .max else { return nil }
        let (shifted, overflow) = days.addingReportingOverflow(PostgresEpoch.days)
        return overflow ? nil : UTCDay(daysSince1970: shifted)
    }
}

extension UInt8: ColumnDecodable {
    /// Only as the element of `[UInt8]`, which is a `bytea`.
    package static func decode(_ bytes: Span<UInt8>, type: PostgresType) -> UInt8? {
        nil
    }
}
