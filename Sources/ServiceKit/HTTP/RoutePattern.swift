import Codecs
import LambdaEvents

/// A path such as `/wallet/transactions/{id}/reversal`; a parameter stands for one whole segment.
struct RoutePattern: Sendable {
    private enum Segment {
        case fixed([UInt8])
        case parameter(String)

        init(_ text: ArraySlice<UInt8>) {
            self =
                text.first == 0x7B && text.last == 0x7D
                ? .parameter(String(decoding: text.dropFirst().dropLast(), as: UTF8.self)) : .fixed(Array(text))
        }
    }

    private let segments: [Segment]

    init(_ text: String) {
        let bytes = Array(text.utf8)
        var segments: [Segment] = []
        var start = bytes.first == 0x2F ? 1 : 0
        while start <= bytes.count {
            let end = RoutePath.endOfSegment(bytes.span, from: start)
            segments.append(Segment(bytes[start..<end]))
            start = end + 1
        }
        self.segments = segments
    }

    /// The parameters' values; nil when the path is another one.
    func match(_ path: RoutePath) -> NamedValues? {
        guard var start = path.start else { return nil }
        let bytes = path.bytes.span
        var parameters: [NamedValues.Pair] = []
        for position in segments.indices {
            if position > 0 {
                // Behind the slash that ended the last segment.
                guard start < bytes.count else { return nil }
                start += 1
            }
            let end = RoutePath.endOfSegment(bytes, from: start)
            switch segments[position] {
            case .fixed(let text):
                guard RoutePath.isEqual(bytes, start..<end, text.span) else { return nil }
            case .parameter(let name):
                guard let value = RoutePath.decoded(path.bytes[start..<end]) else { return nil }
                parameters.append(NamedValues.Pair(name: name, value: value))
            }
            start = end
        }
        return start == bytes.count ? NamedValues(parameters) : nil
    }
}

/// A request's path, still percent-encoded; what stands between its slashes are the segments, of which `/` has one.
struct RoutePath {
    let bytes: [UInt8]
    /// Where the first segment begins; nil when there is none behind the stage.
    let start: Int?

    /// - Parameter stage: the stage's name, which leads the path unless it is `$default`.
    init(_ path: String, stage: String) {
        let bytes = Array(path.utf8)
        self.bytes = bytes
        let first = bytes.first == 0x2F ? 1 : 0
        let end = Self.endOfSegment(bytes.span, from: first)
        if stage != "$default", Self.isEqual(bytes.span, first..<end, stage.utf8.span) {
            start = end < bytes.count ? end + 1 : nil
        } else {
            start = first
        }
    }

    static func endOfSegment(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != 0x2F { end += 1 }
        return end
    }

    static func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, _ wanted: Span<UInt8>) -> Bool {
        guard range.count == wanted.count else { return false }
        for position in 0..<wanted.count where bytes[range.lowerBound + position] != wanted[position] { return false }
        return true
    }

    /// The segment's text; nil when it is empty, badly encoded, no UTF-8, or holds a control character.
    static func decoded(_ segment: ArraySlice<UInt8>) -> String? {
        guard !segment.isEmpty else { return nil }
        guard segment.contains(0x25) else { return text(segment) }
        return PercentEncoding.decode(segment).flatMap { text($0[...]) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
