/// A universally unique identifier (RFC 9562); compared and stored as 128 bits.
package struct UUID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes, most significant first.
    package let high: UInt64
    /// The last eight bytes, most significant first.
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Sixteen bytes in network order; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for (position, byte) in bytes.enumerated() {
            if position < 8 {
                halves.high = halves.high << 8 | UInt64(byte)
            } else {
                halves.low = halves.low << 8 | UInt64(byte)
            }
        }
        self.init(high: halves.high, low: halves.low)
    }

    /// Reads `8-4-4-4-12` hexadecimal digits of either case; nil for any other shape.
    package init?(_ text: some StringProtocol) {
        let characters = Array(text.utf8)
        guard characters.count == 36, [8, 13, 18, 23].allSatisfy({ characters[$0] == 0x2D }) else { return nil }
        let digits = characters.indices.filter { ![8, 13, 18, 23].contains($0) }.map { characters[$0] }
        guard let bytes = Hex.decode(digits) else { return nil }
        self.init(bytes: bytes)
    }

    /// Version 8 (RFC 9562, section 5.8): 48 bits of milliseconds, then 74 bits of a digest of the cause.
    ///
    /// The same cause gives the same identifier for ever, and identifiers sort by time.
    ///
    /// - Parameter digest: at least 10 bytes, of which the first 74 bits are taken; missing bytes count as zero.
    package init(time: Timestamp, digest: [UInt8]) {
        func number(_ range: Range<Int>) -> UInt64 {
            range.reduce(0) { $0 << 8 | UInt64($1 < digest.count ? digest[$1] : 0) }
        }
        let milliseconds = UInt64(max(0, time.millisecondsSince1970)) & 0xFFFF_FFFF_FFFF
        self.init(
            high: milliseconds << 16 | 0x8000 | number(0..<2) & 0x0FFF,
            low: 0x8000_0000_0000_0000 | number(2..<10) & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// The sixteen bytes in network order.
    package var bytes: [UInt8] {
        [high, low].flatMap { half in
            stride(from: UInt64(56), through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> $0) }
        }
    }

    /// `8-4-4-4-12` lower-case hexadecimal digits (RFC 9562, section 4).
    package var description: String {
        let digits = Array(Hex.encode(bytes).utf8)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(decoding: digits[$0], as: UTF8.self) }
        return groups.joined(separator: "-")
    }

    package static func < (left: UUID, right: UUID) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}
