internal import Codecs
internal import LambdaEvents

/// Finds the route of a request, as an HTTP API does: the one with the most that is fixed, from left to right.
///
/// Source: API Gateway developer guide, "Create routes for HTTP APIs".
struct RouteTable {
    let routes: [TemplateRoute]

    /// The route, and what its parameters stand for; nil when there is none.
    func route(_ method: String, _ path: String) -> (route: TemplateRoute, parameters: NamedValues)? {
        let segments = Self.segments(path)
        var best: (route: TemplateRoute, parameters: NamedValues, fixed: [Bool])?
        for route in routes where route.method == method {
            guard let (parameters, fixed) = Self.match(Self.segments(route.path), segments) else { continue }
            if let best, !Self.isBetter(fixed, best.fixed) { continue }
            best = (route, parameters, fixed)
        }
        return best.map { ($0.route, $0.parameters) }
    }

    private static func match(_ pattern: [String], _ path: [String]) -> (NamedValues, [Bool])? {
        guard pattern.count == path.count else { return nil }
        var parameters: [NamedValues.Pair] = []
        for (wanted, found) in zip(pattern, path) {
            if wanted.hasPrefix("{") {
                guard !found.isEmpty, let bytes = PercentEncoding.decode(found.utf8),
                    let value = String(validating: bytes, as: UTF8.self)
                else { return nil }
                parameters.append(NamedValues.Pair(name: String(wanted.dropFirst().dropLast()), value: value))
            } else if !wanted.utf8.elementsEqual(found.utf8) {
                return nil
            }
        }
        return (NamedValues(parameters), pattern.map { !$0.hasPrefix("{") })
    }

    private static func isBetter(_ new: [Bool], _ old: [Bool]) -> Bool {
        for (new, old) in zip(new, old) where new != old { return new }
        return false
    }

    private static func segments(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}

extension TemplateRoute {
    /// `GET` of `GET /loyalty/me`.
    package var method: String { String(key.prefix { $0 != " " }) }
    /// `/loyalty/me`, with parameters as `{name}`.
    package var path: String { String(key.drop { $0 != " " }.dropFirst()) }
}
