internal import LocalRuntimeAPI
internal import Platform

extension LocalStack {
    /// Puts an event on the template's own bus, as another service of the product would.
    ///
    /// Throws `.configuration` where the template has no bus of its own.
    package func put(source: String, detailType: String, detail: JSONTree) throws(LocalError) {
        let event = try template.event(source: source, detailType: detailType, detail: detail)
        guard aws.bus.put(event) else { throw LocalError(.software, "Too many events wait on the bus.") }
    }
}

extension Template {
    /// A new event for the template's own bus.
    ///
    /// Throws `.configuration` where it has none.
    package func event(source: String, detailType: String, detail: JSONTree) throws(LocalError) -> BusEvent {
        guard let name = buses.first(where: { $0 != EventBusName.default }) else {
            throw LocalError(.configuration, "template.json has no event bus of its own.")
        }
        return BusEvent(
            bus: name, id: LocalInvocation.newRequestID(), source: source, detailType: detailType,
            time: SystemClock.now(), resources: [], detail: detail)
    }
}
