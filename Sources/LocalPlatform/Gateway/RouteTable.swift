internal import Codecs
package import LambdaEvents

/// Finds the route of a request, as an HTTP API does: the one with the most that is fixed, from left to right; a whole
/// path before the rest of one (`{proxy+}`), a method before `ANY`, and `$default` last.
///
/// Source: API Gateway developer guide, "Create routes for HTTP APIs". The patterns are taken apart once.
package struct RouteTable: Sendable {
    /// The best first, by the number of segments.
    private let exact: [Int: [Entry]]
    private let greedy: [Entry]
    private let usual: TemplateRoute?

    private struct Entry {
        let route: TemplateRoute
        let method: String
        let segments: [Segment]

        /// Of two that match a request, the better one comes first.
        func precedes(_ other: Entry) -> Bool {
            for (own, others) in zip(segments, other.segments) where own.rank != others.rank {
                return own.rank < others.rank
            }
            if segments.count != other.segments.count { return segments.count > other.segments.count }
            return method != "ANY" && other.method == "ANY"
        }
    }

    private enum Segment {
        case fixed(String)
        case parameter(String)
        case rest(String)

        init(_ text: Substring) {
            guard text.hasPrefix("{"), text.hasSuffix("}") else {
                self = .fixed(String(text))
                return
            }
            let name = text.dropFirst().dropLast()
            self = name.hasSuffix("+") ? .rest(String(name.dropLast())) : .parameter(String(name))
        }

        var rank: Int {
            switch self {
            case .fixed: 0
            case .parameter: 1
            case .rest: 2
            }
        }
    }

    package init(routes: [TemplateRoute]) {
        let entries = routes.filter { $0.key != "$default" }.map { route in
            Entry(
                route: route, method: route.method,
                segments: route.path.split(separator: "/", omittingEmptySubsequences: false).map { Segment($0) })
        }
        let isGreedy = { (entry: Entry) in if case .rest = entry.segments.last { true } else { false } }
        exact = Dictionary(grouping: entries.filter { !isGreedy($0) }) { $0.segments.count }
            .mapValues { $0.sorted { $0.precedes($1) } }
        greedy = entries.filter(isGreedy).sorted { $0.precedes($1) }
        usual = routes.first { $0.key == "$default" }
    }

    /// The route, and what its parameters stand for; nil when there is none.
    package func route(_ method: String, _ path: String) -> (route: TemplateRoute, parameters: NamedValues)? {
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for entry in (exact[segments.count] ?? []) + greedy where entry.method == method || entry.method == "ANY" {
            if let parameters = Self.match(entry.segments, segments) { return (entry.route, parameters) }
        }
        return usual.map { ($0, [:]) }
    }

    private static func match(_ pattern: [Segment], _ path: [Substring]) -> NamedValues? {
        guard path.count >= pattern.count else { return nil }
        var parameters: [NamedValues.Pair] = []
        for (wanted, found) in zip(pattern, path) {
            switch wanted {
            case .fixed(let text):
                guard text.utf8.elementsEqual(found.utf8) else { return nil }
            case .parameter(let name):
                guard !found.isEmpty, let value = decoded(found) else { return nil }
                parameters.append(NamedValues.Pair(name: name, value: value))
            case .rest(let name):
                let rest = path[(pattern.count - 1)...].joined(separator: "/")
                guard !rest.isEmpty, let value = decoded(Substring(rest)) else { return nil }
                parameters.append(NamedValues.Pair(name: name, value: value))
            }
        }
        return NamedValues(parameters)
    }

    private static func decoded(_ text: Substring) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        return PercentEncoding.decode(text.utf8).flatMap { String(validating: $0, as: UTF8.self) }
    }
}

extension TemplateRoute {
    /// `GET` of `GET /loyalty/me`.
    package var method: String { String(key.prefix { $0 != " " }) }
    /// `/loyalty/me`, with parameters as `{name}`.
    package var path: String { String(key.drop { $0 != " " }.dropFirst()) }
}
