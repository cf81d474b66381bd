import LambdaEvents
import LambdaRuntime

/// Who takes the events of one kind many at a time.
struct BatchSubscription {
    /// An event with the place of its message in the batch.
    typealias Placed = (place: Int, event: EventBridgeEvent)

    private let takes: (EventBridgeEvent) -> Bool
    private let handler: ([Placed], InvocationContext, inout QueueBatch) -> Void

    init<Detail: EventDetail>(
        _ type: Detail.Type, _ handler: @escaping ([BatchedEvent<Detail>], InvocationContext) -> [(any Error)?]
    ) {
        takes = { event in
            event.source.utf8.elementsEqual(Detail.source.utf8)
                && event.detailType.utf8.elementsEqual(Detail.detailType.utf8)
        }
        self.handler = { events, context, batch in
            var places: [Int] = []
            var readable: [BatchedEvent<Detail>] = []
            for (place, event) in events {
                do throws(EventDetailError) {
                    readable.append(BatchedEvent(try event.detail(as: type), event))
                    places.append(place)
                } catch {
                    batch.fail(place, error)
                }
            }
            guard !readable.isEmpty else { return }
            let results = handler(readable, context)
            for (place, failure) in zip(places, results) {
                if let failure { batch.fail(place, failure) }
            }
            // An event that the handler says nothing about must not be lost.
            for place in places.dropFirst(results.count) { batch.fail(place, EventFailure.unknown) }
        }
    }

    /// Takes its events out of those that are left, and tells the batch which failed.
    func handle(_ events: inout [Placed], _ context: InvocationContext, _ batch: inout QueueBatch) {
        let own = events.filter { takes($0.event) }
        guard !own.isEmpty else { return }
        events.removeAll { takes($0.event) }
        handler(own, context, &batch)
    }
}
