package import LambdaEvents

/// An event of a batch whose detail could be read.
package struct BatchedEvent<Detail: EventDetail>: Sendable {
    package let detail: Detail
    package let event: EventBridgeEvent

    package init(_ detail: Detail, _ event: EventBridgeEvent) {
        self.detail = detail
        self.event = event
    }
}
