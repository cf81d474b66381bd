package import AWSClient
package import LambdaRuntime

/// The bus that events go to: a name, and a way to send.
package struct EventBus {
    /// Sends at most ten entries, in their order; the results are in the same order (`PutEvents`).
    package typealias Send = (_ entries: [EventEntry], _ call: AWSCall) throws(AWSError) -> [EventEntryResult]

    package let name: String
    package let send: Send

    package init(name: String, send: @escaping Send) {
        self.name = name
        self.send = send
    }

    /// The bus that `EVENT_BUS_NAME` names, by way of EventBridge.
    ///
    /// - Throws: `InitializationError` where the variable is not set.
    package init(for environment: RuntimeEnvironment) throws(InitializationError) {
        let client = AWSClient(environment: { environment[$0] })
        name = try Environment { environment[$0] }.required("EVENT_BUS_NAME")
        send = { entries, call throws(AWSError) in try client.putEvents(entries, call: call) }
    }
}
