internal import Codecs
internal import LambdaEvents
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform

/// The HTTP API of the template: requests of clients become events of format 2.0, and functions' answers responses.
///
/// What API Gateway would answer by itself is answered in its words. Called from many threads at a time.
final class GatewayServer: Sendable {
    /// What the gateway serves.
    struct Parts: Sendable {
        var template: Template
        var pool: FunctionPool
        /// Nil where no route asks for a token.
        var keys: KeyRing?
        var journal: Journal
        /// Added to each request, in milliseconds.
        var latencyMilliseconds: Int64
    }

    /// A request of the API may have that many bytes in its body (developer guide, "Quotas for HTTP APIs").
    static let maximumBodyBytes = 10 << 20
    /// And so many in its request line and the values of its header fields.
    static let maximumHeadBytes = 10_240
    /// What Lambda takes of an event (Lambda developer guide, "Lambda quotas").
    private static let maximumEventBytes = 6 << 20

    private let parts: Parts
    private let table: RouteTable
    private let crossOrigin: CrossOrigin?
    private let buckets: TokenBuckets
    private let stageVariables: NamedValues
    private let stagePrefix: String

    init(_ parts: Parts) {
        self.parts = parts
        let template = parts.template
        table = RouteTable(routes: template.routes)
        crossOrigin = template.http.cors.map { CrossOrigin($0) }
        buckets = TokenBuckets(
            template.http, routes: template.routes, now: SystemClock.monotonicNanoseconds())
        stageVariables = NamedValues(template.http.stageVariables.map { .init(name: $0.name, value: $0.value) })
        stagePrefix = template.http.stage == "$default" ? "" : "/\(template.http.stage)"
    }

    /// Answers a request; nil closes the connection, where the stack stops.
    func answer(_ received: RecordedRequest) -> Answer? {
        let start = SystemClock.monotonicNanoseconds()
        if parts.latencyMilliseconds > 0 { usleep(UInt32(parts.latencyMilliseconds) * 1000) }
        let request = GatewayRequest(
            received.method, received.path, headers: received.headers,
            body: received.body.isEmpty ? nil : received.body, sourceIP: received.peer)
        var exchange = Exchange(request: request)
        let answer: GatewayAnswer
        do throws(LocalError) {
            answer = try self.answer(&exchange)
        } catch {
            if error.status == .interrupted { return nil }
            parts.journal.record(.note("\(request.method) \(exchange.shownPath): \(error)"))
            answer = .internalServerError
        }
        record(exchange, answer, microseconds: (SystemClock.monotonicNanoseconds() - start) / 1000)
        return response(answer, exchange)
    }

    /// What is known of a request while it is answered.
    private struct Exchange {
        let request: GatewayRequest
        let id = RequestID.make()
        let time = SystemClock.now()
        var route: TemplateRoute?
        var parameters: NamedValues = [:]
        var isPreflight = false

        /// The path as others may see it: the links of mails carry secrets.
        var shownPath: String {
            guard let route, parameters["token"] != nil else { return request.path }
            return route.path
        }
    }

    private func answer(_ exchange: inout Exchange) throws(LocalError) -> GatewayAnswer {
        let request = exchange.request
        guard Self.headBytes(request) <= Self.maximumHeadBytes else { return Self.headTooLarge }
        if let answer = crossOrigin?.preflightAnswer(to: request) {
            exchange.isPreflight = true
            return answer
        }
        guard let path = unprefixed(request.path), let (route, parameters) = table.route(request.method, path) else {
            return .own(404, "Not Found")
        }
        exchange.route = route
        exchange.parameters = parameters
        guard buckets.take(route.key, now: SystemClock.monotonicNanoseconds()) else {
            return .own(429, "Too Many Requests")
        }
        var circumstances = GatewayEvent.Circumstances(
            requestID: exchange.id, at: exchange.time, stage: parts.template.http.stage,
            stageVariables: stageVariables)
        if route.needsToken, let keys = parts.keys {
            switch keys.verdict(on: request, scopes: route.scopes, at: exchange.time) {
            case .allowed(let authorizer): circumstances.authorizer = authorizer
            case .refused(let answer), .unknownKey(let answer): return answer
            }
        }
        let event = GatewayEvent.bytes(request, route: route, parameters: parameters, circumstances)
        guard event.count <= Self.maximumEventBytes else { return Self.bodyTooLarge }
        return try invoke(route, event, exchange)
    }

    private func invoke(
        _ route: TemplateRoute, _ event: [UInt8], _ exchange: Exchange
    ) throws(LocalError) -> GatewayAnswer {
        let result = try parts.pool.answer(
            route.function, event, for: .request(exchange.id),
            withinMilliseconds: Int64(route.timeoutMilliseconds))
        guard let result else { return .serviceUnavailable }
        return GatewayAnswer(reading: result)
    }

    /// The path without the stage's name; nil where it does not begin with it.
    private func unprefixed(_ path: String) -> String? {
        if stagePrefix.isEmpty { return path }
        guard path.hasPrefix(stagePrefix + "/") else { return path == stagePrefix ? "/" : nil }
        return String(path.dropFirst(stagePrefix.count))
    }

    private static func headBytes(_ request: GatewayRequest) -> Int {
        let line = request.method.utf8.count + request.path.utf8.count + request.query.utf8.count + 10
        return request.headers.reduce(line) { $0 + $1.value.utf8.count }
    }

    // MARK: The response

    private func response(_ answer: GatewayAnswer, _ exchange: Exchange) -> Answer {
        var answer = answer
        if !exchange.isPreflight { crossOrigin?.complete(&answer, to: exchange.request) }
        var fields = [(name: "date", value: HTTPDate.text(exchange.time))]
        fields += answer.headers.filter { $0.name != "date" }
        fields += answer.cookies.map { ("set-cookie", $0) }
        fields.append(("apigw-requestid", exchange.id))
        return Answer(status: answer.status, headers: fields, body: answer.body)
    }

    private func record(_ exchange: Exchange, _ answer: GatewayAnswer, microseconds: Int64) {
        parts.journal.record(
            .request(
                .init(
                    id: exchange.id, method: exchange.request.method, path: exchange.shownPath,
                    route: exchange.route?.key, function: answer.result == nil ? nil : exchange.route?.function,
                    status: answer.status, microseconds: microseconds)))
    }

    // MARK: What never becomes a request

    private static let bodyTooLarge = GatewayAnswer.own(413, "Request Entity Too Large")
    private static let headTooLarge = GatewayAnswer.own(431, "Request Header Fields Too Large")

    /// Words what the server refuses by itself.
    static func refuse(_ refusal: LoopbackServer.Refusal) -> Answer {
        let answer =
            switch refusal {
            case .bodyTooLarge: bodyTooLarge
            case .headTooLarge: headTooLarge
            case .malformed: GatewayAnswer.own(400, "Bad Request")
            }
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
