internal import Codecs

/// How far a place's clocks are from UTC, at each moment: the zone database's compiled form (TZif, RFC 8536).
struct TimeZoneRules: Sendable {
    /// When clocks change, in seconds since 1970, the earliest first, and their distance east of UTC from then on, in seconds.
    private let changes: [(moment: Int64, offset: Int64)]
    /// Their distance before the first change.
    private let firstOffset: Int64
    /// What holds after the last change; nil where nothing changes any more.
    private let tail: PosixTimeZone?

    /// No place is further from UTC than a day, and a bit for what RFC 8536 allows beyond it.
    private static let maximumOffset: Int64 = 26 * 3_600

    /// Reads a file's bytes; nil where they are no TZif, or count leap seconds, which no clock of POSIX does.
    init?(_ bytes: [UInt8]) {
        var reader = Reader(bytes: bytes)
        guard var header = reader.header() else { return nil }
        var timeBytes = 4
        if header.version >= 2 {
            // The first block is for readers of 32 bits.
            guard reader.skip(header.blockBytes(timeBytes: 4)), let second = reader.header() else { return nil }
            (header, timeBytes) = (second, 8)
        }
        guard header.leapCount == 0, header.typeCount > 0 else { return nil }
        var moments: [Int64] = []
        for _ in 0..<header.timeCount {
            guard let moment = reader.integer(timeBytes), moments.last ?? .min < moment else { return nil }
            moments.append(moment)
        }
        guard let indices = reader.take(header.timeCount) else { return nil }
        var offsets: [Int64] = []
        for _ in 0..<header.typeCount {
            // Offset, whether it is summer time, and where its abbreviation stands.
            guard let offset = reader.integer(4), offset.magnitude < Self.maximumOffset.magnitude, reader.skip(2) else {
                return nil
            }
            offsets.append(offset)
        }
        guard indices.allSatisfy({ Int($0) < offsets.count }),
            reader.skip(header.characterCount + header.standardCount + header.universalCount)
        else { return nil }
        changes = zip(moments, indices).map { ($0, offsets[Int($1)]) }
        firstOffset = offsets[0]
        guard header.version >= 2 else {
            tail = nil
            return
        }
        guard let footer = reader.footer() else { return nil }
        if footer.isEmpty {
            tail = nil
            return
        }
        guard let tail = PosixTimeZone(footer) else { return nil }
        self.tail = tail
    }

    /// Seconds east of UTC at a moment, in seconds since 1970.
    func offset(at moment: Int64) -> Int64 {
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].moment <= moment { low = middle + 1 } else { high = middle }
        }
        if low == changes.count, let tail { return tail.offset(at: moment) }
        return low == 0 ? firstOffset : changes[low - 1].offset
    }

    /// What the clocks show at a moment, as if it were UTC.
    func local(_ moment: Timestamp) -> Timestamp {
        moment.advanced(byMilliseconds: offset(at: moment.wholeSecondsSince1970) * 1_000)
    }

    /// The first moment at which the clocks show this; nil for a time that they leap over.
    func moment(ofLocal time: Timestamp) -> Timestamp? {
        let seconds = time.wholeSecondsSince1970
        // Whatever offset holds at that time holds somewhere within the largest one around it.
        let candidates = offsets(from: seconds - Self.maximumOffset, to: seconds + Self.maximumOffset)
        // The further east, the earlier.
        let offset = candidates.sorted(by: >).first { self.offset(at: seconds - $0) == $0 }
        return offset.map { time.advanced(byMilliseconds: -$0 * 1_000) }
    }

    /// The offsets that hold between two moments.
    private func offsets(from start: Int64, to end: Int64) -> Set<Int64> {
        var found: Set<Int64> = [offset(at: start), offset(at: end)]
        for change in changes where change.moment > start && change.moment <= end { found.insert(change.offset) }
        if let tail { found.formUnion(tail.offsets) }
        return found
    }
}

extension Timestamp {
    fileprivate var wholeSecondsSince1970: Int64 {
        let (quotient, remainder) = millisecondsSince1970.quotientAndRemainder(dividingBy: 1_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}

/// Reads big-endian numbers from a file's bytes.
private struct Reader {
    let bytes: [UInt8]
    var place = 0

    /// What a block has of each kind (RFC 8536, section 3.1).
    struct Header {
        let version: Int
        let universalCount, standardCount, leapCount, timeCount, typeCount, characterCount: Int

        /// Length of the block behind it.
        func blockBytes(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + characterCount + leapCount * (timeBytes + 4) + standardCount
                + universalCount
        }
    }

    mutating func header() -> Header? {
        guard let magic = take(4), magic.elementsEqual("TZif".utf8), let version = take(1)?.first, skip(15) else {
            return nil
        }
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = integer(4), (0...65_536).contains(count) else { return nil }
            counts.append(Int(count))
        }
        return Header(
            version: version == 0 ? 1 : Int(version) - 0x30, universalCount: counts[0], standardCount: counts[1],
            leapCount: counts[2], timeCount: counts[3], typeCount: counts[4], characterCount: counts[5])
    }

    /// A signed number of so many bytes.
    mutating func integer(_ count: Int) -> Int64? {
        guard let bytes = take(count), let first = bytes.first else { return nil }
        return bytes.reduce(first >= 0x80 ? -1 : 0) { $0 << 8 | Int64($1) }
    }

    /// The line behind the second block.
    mutating func footer() -> String? {
        guard take(1)?.first == 0x0A, let end = bytes[place...].firstIndex(of: 0x0A) else { return nil }
        return String(validating: bytes[place..<end], as: UTF8.self)
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - place else { return nil }
        defer { place += count }
        return bytes[place..<place + count]
    }
}
