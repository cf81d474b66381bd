internal import Codecs
internal import StrictJSON

extension AWSClient {
    /// Publishes up to ten events (`PutEvents`).
    ///
    /// An entry that EventBridge would refuse for its form is not sent and has its code all the same.
    /// - Returns: what became of each, in the same order.
    /// - Throws: where nothing is known of the entries, or (`mayHaveTakenEffect`) not enough.
    package func putEvents(_ entries: [EventEntry], call: AWSCall) throws(AWSError) -> [EventEntryResult] {
        guard entries.count <= EventBatch.maximumEntries else {
            throw AWSError(.rejected, detail: "more than \(EventBatch.maximumEntries) entries")
        }
        var results = entries.map { PutEventsRequest.refusal(of: $0).map(EventEntryResult.failure) }
        let sent = results.indices.filter { results[$0] == nil }
        if !sent.isEmpty {
            let answers = try publish(sent.map { entries[$0] }, call)
            for (index, result) in zip(sent, answers) { results[index] = result }
        }
        return results.map { $0 ?? .failure(code: "InternalFailure") }
    }

    private func publish(_ entries: [EventEntry], _ call: AWSCall) throws(AWSError) -> [EventEntryResult] {
        guard entries.reduce(0, { $0 + $1.countedBytes }) <= EventBatch.maximumBytes else {
            throw AWSError(.rejected, detail: "the entries are too large together")
        }
        let operation = AWSOperation.json(
            .eventBridge, target: "AWSEvents.PutEvents", body: PutEventsRequest.bytes(entries), isRepeatable: false,
            maximumResponseBytes: 65_536)
        let answer = try perform(operation, call)
        guard let results = try? PutEventsRequest.results(answer.root), results.count == entries.count else {
            throw answer.malformed(mayHaveTakenEffect: true)
        }
        return results
    }
}

/// The body of `PutEvents`, and how its answer reads.
enum PutEventsRequest {
    /// The code with which EventBridge refuses an entry of this form; nil where it may be sent.
    static func refusal(of entry: EventEntry) -> String? {
        guard JSONUTF8(validating: entry.detail) != nil else { return "MalformedDetail" }
        let isNamed = !entry.source.isEmpty && (1...128).contains(entry.detailType.utf8.count) && !entry.bus.isEmpty
        guard isNamed, entry.countedBytes <= EventBatch.maximumBytes else { return "InvalidArgument" }
        return nil
    }

    static func bytes(_ entries: [EventEntry]) -> [UInt8] {
        JSONWriter.object(reserving: entries.reduce(64) { $0 + $1.detail.count * 5 / 4 + 256 }) { request in
            request.array("Entries") { list in
                for entry in entries { list.object { write(entry, to: &$0) } }
            }
        }.bytes
    }

    private static func write(_ entry: EventEntry, to object: inout JSONObjectWriter) {
        object.member("Source", entry.source)
        object.member("DetailType", entry.detailType)
        object.member("Detail", JSONUTF8(validating: entry.detail))
        object.member("EventBusName", entry.bus)
        // The JSON protocol's timestamps are seconds since 1970.
        object.optional("Time", entry.time.map { $0.millisecondsSince1970 / 1_000 })
        object.optional("TraceHeader", entry.traceHeader)
        if !entry.resources.isEmpty { object.member("Resources", entry.resources) }
    }

    /// The entries of the answer; an `ErrorCode` decides, whatever `FailedEntryCount` counts.
    static func results(_ root: JSONValue) throws(JSONError) -> [EventEntryResult] {
        var results: [EventEntryResult] = []
        for entry in try root.member("Entries").elements {
            if let code = try entry.optional("ErrorCode") {
                let text = try code.string(maximumBytes: 1_024)
                results.append(.failure(code: ServiceFailure.identifier(text) ?? "InternalFailure"))
            } else {
                results.append(.success(eventID: try entry.member("EventId").string(maximumBytes: 256)))
            }
        }
        return results
    }
}
