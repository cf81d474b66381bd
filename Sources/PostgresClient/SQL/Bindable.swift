package import Codecs

/// A value that a statement can carry as a parameter, in PostgreSQL's binary format.
///
/// Source for the formats: the `…send`/`…recv` functions in `src/backend/utils/adt`.
package protocol Bindable: Sendable {
    /// The type that the parameter is declared with.
    static var postgresType: PostgresType { get }
    /// Appends the binary form. Throws `BindingDefect` for a value that PostgreSQL cannot hold.
    func encode(into bytes: inout [UInt8]) throws(BindingDefect)
}

/// A bindable value that may also be an element of an array parameter.
package protocol ArrayBindable: Bindable {
    /// The type of an array of such values.
    static var postgresArrayType: PostgresType { get }
}

/// Why a value cannot be a parameter.
///
/// It never holds the value.
package enum BindingDefect: Error {
    case zeroByte
    case outOfRange
    case tooLarge
}

extension [UInt8] {
    /// Appends an integer in network byte order.
    mutating func appendBigEndian<Integer: FixedWidthInteger>(_ value: Integer) {
        var shift = Integer.bitWidth - 8
        while shift >= 0 {
            append(UInt8(truncatingIfNeeded: value >> Integer(shift)))
            shift -= 8
        }
    }
}

extension Bool: ArrayBindable {
    package static var postgresType: PostgresType { .bool }
    package static var postgresArrayType: PostgresType { .boolArray }
    package func encode(into bytes: inout [UInt8]) {
        bytes.append(self ? 1 : 0)
    }
}

extension Int16: ArrayBindable {
    package static var postgresType: PostgresType { .int2 }
    package static var postgresArrayType: PostgresType { .int2Array }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(self)
    }
}

extension Int32: ArrayBindable {
    package static var postgresType: PostgresType { .int4 }
    package static var postgresArrayType: PostgresType { .int4Array }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(self)
    }
}

extension Int64: ArrayBindable {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(self)
    }
}

extension Int: ArrayBindable {
    package static var postgresType: PostgresType { .int8 }
    package static var postgresArrayType: PostgresType { .int8Array }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(Int64(self))
    }
}

extension Double: ArrayBindable {
    package static var postgresType: PostgresType { .float8 }
    package static var postgresArrayType: PostgresType { .float8Array }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(bitPattern)
    }
}

extension String: ArrayBindable {
    package static var postgresType: PostgresType { .text }
    package static var postgresArrayType: PostgresType { .textArray }
    /// A text cannot hold a zero byte, and must not be cut at one: `"victim\0…"` is refused.
    package func encode(into bytes: inout [UInt8]) throws(BindingDefect) {
        let start = bytes.count
        bytes.append(contentsOf: utf8)
        guard !bytes[start...].contains(0) else { throw .zeroByte }
    }
}

extension UUID: ArrayBindable {
    package static var postgresType: PostgresType { .uuid }
    package static var postgresArrayType: PostgresType { .uuidArray }
    package func encode(into bytes: inout [UInt8]) {
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
    }
}

extension Timestamp: ArrayBindable {
    package static var postgresType: PostgresType { .timestamptz }
    package static var postgresArrayType: PostgresType { .timestamptzArray }
    /// Microseconds since 2000-01-01 00:00 UTC.
    package func encode(into bytes: inout [UInt8]) throws(BindingDefect) {
        let (shifted, early) = millisecondsSince1970.subtractingReportingOverflow(PostgresEpoch.milliseconds)
        let (microseconds, late) = shifted.multipliedReportingOverflow(by: 1_000)
        // The two extreme values mean plus and minus infinity.
        guard !early, !late, microseconds > .min, microseconds < .max else { throw .outOfRange }
        bytes.appendBigEndian(microseconds)
    }
}

extension UTCDay: ArrayBindable {
    package static var postgresType: PostgresType { .date }
    package static var postgresArrayType: PostgresType { .dateArray }
    /// Days since 2000-01-01.
    package func encode(into bytes: inout [UInt8]) throws(BindingDefect) {
        let (days, overflow) = daysSince1970.subtractingReportingOverflow(PostgresEpoch.days)
        guard !overflow, days > .min, days < .max else { throw .outOfRange }
        bytes.appendBigEndian(days)
    }
}

/// PostgreSQL counts from 2000-01-01 (`POSTGRES_EPOCH_JDATE`), the rest of this package from 1970-01-01.
enum PostgresEpoch {
    static let days: Int32 = 10_957
    static let milliseconds: Int64 = 10_957 * 86_400_000
}
