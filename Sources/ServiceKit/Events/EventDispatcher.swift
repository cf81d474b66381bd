package import LambdaEvents
package import LambdaRuntime
import Platform
import PostgresClient
package import StrictJSON

/// Takes each event to the handler that was declared for it.
///
/// The payload is read once. What kind of event it is shows in its shape: an HTTP API request, an EventBridge event,
/// a batch of them from a queue, a schedule, or `{"detail": …}` by hand. An event that no handler takes is a function
/// error, so that it reaches the dead-letter queue instead of disappearing.
package struct EventDispatcher {
    /// Handles an EventBridge event; `JSONWriter()` answers `null`.
    package typealias EventHandler = (_ event: EventBridgeEvent, _ context: InvocationContext) throws -> JSONWriter

    /// Eight KiB: what a request may send unless its route says otherwise.
    package static let standardBodyLimit = 8 * 1024

    private struct Subscription {
        let source: String
        let detailType: String
        let handler: EventHandler
    }

    private struct Shape {
        let matches: (JSONValue) -> Bool
        let handler: (JSONValue, InvocationContext) throws -> JSONWriter
    }

    private var router = Router()
    private var subscriptions: [Subscription] = []
    private var batchSubscriptions: [BatchSubscription] = []
    private var shapes: [Shape] = []
    private var schedule: ((ScheduledEvent, InvocationContext) throws -> JSONWriter)?

    /// A dispatcher that answers `GET /health` with 200 and touches nothing for it.
    package init() {
        get("/health") { _, _ in APIResponse.json { $0.member("status", "ok") } }
    }

    /// The same, for requests that pass the gate alone, `GET /health` included; events and schedules need not.
    ///
    /// - Parameter gate: nil where there is none.
    package func behind(_ gate: OriginGate?) -> EventDispatcher {
        var guarded = self
        guarded.router.gate = gate
        return guarded
    }

    /// Declares a route; `{name}` in the pattern stands for one segment.
    ///
    /// - Parameter takesBody: whether the request's body is read; nil for what the method means (POST, PUT and PATCH)
    package mutating func route(
        _ method: HTTPMethod, _ pattern: String, maximumBodyBytes: Int = EventDispatcher.standardBodyLimit,
        body: RequestBody = .json, takesBody: Bool? = nil, _ handler: @escaping RouteHandler
    ) {
        router.add(
            method, pattern, maximumBodyBytes: maximumBodyBytes, body: body, takesBody: takesBody, handler)
    }

    /// The routes in the order of their declaration, `GET /health` first.
    package var routes: [(method: HTTPMethod, pattern: String)] { router.declarations }

    /// Declares who takes the events of this detail; what cannot be read never reaches the handler.
    package mutating func on<Detail: EventDetail>(
        _ type: Detail.Type,
        _ handler: @escaping (Detail, EventBridgeEvent, InvocationContext) throws -> JSONWriter
    ) {
        on(source: Detail.source, detailType: Detail.detailType) { event, context in
            try handler(try event.detail(as: type), event, context)
        }
    }

    /// Declares who takes the events with this source and detail-type.
    package mutating func on(source: String, detailType: String, _ handler: @escaping EventHandler) {
        subscriptions.append(Subscription(source: source, detailType: detailType, handler: handler))
    }

    /// Declares who takes events of this detail many at a time, where they come from a standard queue of Amazon SQS.
    ///
    /// Without it each goes to the handler of its own. What cannot be read never reaches the handler, and fails alone.
    ///
    /// - Parameter handler: gives each event, in their order, why it is to be delivered again; nil when it was handled
    package mutating func onBatch<Detail: EventDetail>(
        _ type: Detail.Type,
        _ handler: @escaping ([BatchedEvent<Detail>], InvocationContext) -> [(any Error)?]
    ) {
        batchSubscriptions.append(BatchSubscription(type, handler))
    }

    /// Source and detail-type of the events that somebody takes, in the order of their declaration.
    package var events: [(source: String, detailType: String)] {
        subscriptions.map { ($0.source, $0.detailType) }
    }

    /// Declares who takes schedules: a rule's, EventBridge Scheduler's, and one asked for by hand.
    package mutating func onSchedule(
        _ handler: @escaping (ScheduledEvent, InvocationContext) throws -> JSONWriter
    ) {
        schedule = handler
    }

    /// Declares who takes events of a shape of its own, such as CloudFormation's custom resources.
    package mutating func on(
        shape matches: @escaping (JSONValue) -> Bool,
        _ handler: @escaping (JSONValue, InvocationContext) throws -> JSONWriter
    ) {
        shapes.append(Shape(matches: matches, handler: handler))
    }

    /// Handles one invocation.
    ///
    /// Throws a `FunctionError` for an event that is malformed (`Function.MalformedEvent`), of a version that nobody
    /// reads (`Function.UnsupportedVersion`), or that nobody takes (`Function.UnknownEvent`), and what the handler of an
    /// event throws. A request always gets an answer.
    package func handle(_ payload: [UInt8], _ context: InvocationContext) throws -> [UInt8] {
        do {
            return try dispatch(try JSONDocument(parsing: payload).root, context)
        } catch let error where error is JSONError || error is EventDetailError || error is DatabaseError {
            throw EventFailure.reported(error, context.logger)
        }
    }

    private func dispatch(_ json: JSONValue, _ context: InvocationContext) throws -> [UInt8] {
        if APIGatewayRequest.matches(json) {
            return respond(to: try APIGatewayRequest(json: json), context)
        }
        if EventBridgeEvent.matches(json) {
            return try handle(try EventBridgeEvent(json: json), context).bytes
        }
        if SQSEvent.matches(json) {
            let event = try SQSEvent(json: json)
            guard !event.isFIFO else { throw EventFailure.orderedQueue }
            return handle(event, context).bytes
        }
        for shape in shapes where shape.matches(json) {
            return try shape.handler(json, context).bytes
        }
        if let schedule, ScheduledEvent.isManual(json), let detail = json["detail"] {
            let event = try ScheduledEvent(manual: detail, id: context.requestID, time: SystemClock.now())
            return try schedule(event, context).bytes
        }
        throw EventFailure.unknown
    }

    /// The messages that failed are in the answer; a function error would bring all of them again.
    private func handle(_ event: SQSEvent, _ context: InvocationContext) -> JSONWriter {
        var batch = QueueBatch(event)
        var rest = batch.events
        for subscription in batchSubscriptions {
            subscription.handle(&rest, context, &batch)
        }
        for (place, event) in rest {
            do {
                _ = try handle(event, context)
            } catch {
                batch.fail(place, error)
            }
        }
        return batch.answer(context.logger)
    }

    private func respond(to request: APIGatewayRequest, _ context: InvocationContext) -> [UInt8] {
        var response: APIResponse
        do {
            response = try router.respond(to: request, context)
        } catch {
            response = HandlerFailure.problem(for: error, context.logger).response(requestID: context.requestID)
            if request.context.http.method == "HEAD" { response.body = [] }
        }
        return response.gatewayBytes(requestID: context.requestID)
    }

    private func handle(_ event: EventBridgeEvent, _ context: InvocationContext) throws -> JSONWriter {
        if let schedule, let scheduled = try ScheduledEvent(event) {
            return try schedule(scheduled, context)
        }
        for subscription in subscriptions
        where event.source.utf8.elementsEqual(subscription.source.utf8)
            && event.detailType.utf8.elementsEqual(subscription.detailType.utf8)
        {
            return try subscription.handler(event, context)
        }
        throw EventFailure.unknown
    }
}
