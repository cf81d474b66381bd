import Codecs
import LambdaEvents

/// A path such as `/wallet/transactions/{id}/reversal`; a parameter stands for one whole segment.
struct RoutePattern: Sendable {
    private enum Segment {
        case fixed([UInt8])
        case parameter(String)
    }

    private let segments: [Segment]

    init(_ text: String) {
        segments = RoutePath.segments(text).map { segment in
            segment.first == 0x7B && segment.last == 0x7D
                ? .parameter(String(decoding: segment.dropFirst().dropLast(), as: UTF8.self)) : .fixed(Array(segment))
        }
    }

    /// The parameters' values; nil when the path is another one.
    func match(_ path: RoutePath) -> NamedValues? {
        guard path.segments.count == segments.count else { return nil }
        var parameters = NamedValues()
        for (segment, written) in zip(segments, path.segments) {
            switch segment {
            case .fixed(let text):
                guard written.elementsEqual(text) else { return nil }
            case .parameter(let name):
                guard let value = RoutePath.decoded(written) else { return nil }
                parameters.append(name, value)
            }
        }
        return parameters
    }
}

/// A request's path in segments, still percent-encoded.
struct RoutePath {
    let segments: [Substring.UTF8View]

    /// - Parameter stage: the stage's name, which leads the path unless it is `$default`.
    init(_ path: String, stage: String) {
        var segments = Self.segments(path)
        if stage != "$default", let first = segments.first, first.elementsEqual(stage.utf8) {
            segments.removeFirst()
        }
        self.segments = segments
    }

    /// What stands between the slashes; `/` has one empty segment.
    static func segments(_ path: String) -> [Substring.UTF8View] {
        let bytes = path.utf8
        let rest = bytes.first == 0x2F ? bytes.dropFirst() : bytes[...]
        return rest.split(separator: 0x2F, omittingEmptySubsequences: false)
    }

    /// The segment's text; nil when it is empty, badly encoded, no UTF-8, or holds a control character.
    static func decoded(_ segment: Substring.UTF8View) -> String? {
        guard !segment.isEmpty, let bytes = PercentEncoding.decode(segment),
            !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
