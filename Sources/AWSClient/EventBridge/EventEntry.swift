package import Codecs

/// One event for a bus.
package struct EventEntry: Sendable {
    package var source: String
    package var detailType: String
    /// A JSON object.
    package var detail: [UInt8]
    /// The bus's name or ARN.
    package var bus: String
    /// When it happened; EventBridge takes the time of the call where nil, and keeps whole seconds only.
    package var time: Timestamp?
    /// The X-Ray header that the event carries on to its consumers.
    package var traceHeader: String?
    package var resources: [String]

    package init(
        source: String, detailType: String, detail: [UInt8], bus: String, time: Timestamp? = nil,
        traceHeader: String? = nil, resources: [String] = []
    ) {
        self.source = source
        self.detailType = detailType
        self.detail = detail
        self.bus = bus
        self.time = time
        self.traceHeader = traceHeader
        self.resources = resources
    }

    /// The size by EventBridge's rule (user guide, "Calculating PutEvents event entry size").
    package var countedBytes: Int {
        (time == nil ? 0 : 14) + source.utf8.count + detailType.utf8.count + detail.count
            + resources.reduce(0) { $0 + $1.utf8.count }
    }
}

/// What became of one entry.
package enum EventEntryResult: Hashable, Sendable {
    /// The bus has it, under this id.
    case success(eventID: String)
    /// The bus does not have it; the code is EventBridge's.
    case failure(code: String)
}

/// What one request may hold.
package enum EventBatch {
    /// API reference, `PutEvents`.
    package static let maximumEntries = 10
    /// The user guide's "less than 256KB" for all entries together: the strictest number that AWS names.
    package static let maximumBytes = (256 << 10) - 1

    /// Cuts a list into runs, in order, that each fit in one request; an entry that fits in none is alone.
    package static func ranges(of entries: [EventEntry]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, entry) in entries.enumerated() {
            let size = entry.countedBytes
            if index > start, index - start == maximumEntries || bytes + size > maximumBytes {
                ranges.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += size
        }
        if start < entries.count { ranges.append(start..<entries.count) }
        return ranges
    }
}
