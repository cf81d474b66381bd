internal import Codecs
internal import Platform

/// The folder of events that were given up.
///
/// A file has the form of the record that Lambda sends to an `OnFailure` destination (Lambda developer guide, "Capturing
/// records of Lambda asynchronous invocations"), with one more member, `local`, for where the event came from. Only its
/// owner may read it.
package struct DeadLetters: Sendable {
    package let folder: String

    /// - Parameter folder: `.nerdwork` of the project.
    package init(folder: String) {
        self.folder = "\(folder)/dead-letters"
    }

    /// Where an event comes from that was given up.
    package struct Origin: Sendable, Equatable {
        /// The event's id, or the schedule's name.
        package let source: String
        /// The rule or the schedule that names the receiver.
        package let rule: String
        /// The queue in which it waited; nil where there is none.
        package let queue: String?

        package init(source: String, rule: String, queue: String? = nil) {
            self.source = source
            self.rule = rule
            self.queue = queue
        }
    }

    /// Keeps an event after its attempts, and returns the file's path.
    func keep(
        _ payload: [UInt8], of function: TemplateFunction, _ attempts: [InvocationResult], _ origin: Origin
    ) throws(LocalError) -> String {
        try keep(
            payload, of: function, origin, condition: "RetriesExhausted", count: attempts.count, last: attempts.last,
            requestID: attempts.first?.report.requestID)
    }

    /// Keeps an event, and returns the file's path.
    ///
    /// - Parameters:
    ///   - condition: `RetriesExhausted` or `EventAgeExceeded`.
    ///   - count: attempts that were made.
    ///   - last: the latest of them; nil where there was none.
    package func keep(
        _ payload: [UInt8], of function: TemplateFunction, _ origin: Origin, condition: String, count: Int,
        last: InvocationResult?, requestID: String?
    ) throws(LocalError) -> String {
        try Files.makeFolder(folder)
        let now = SystemClock.now()
        let context: [JSONTree.Member] = [
            .init(name: "requestId", value: .string(requestID ?? "")),
            .init(
                name: "functionArn",
                value: .string(function.alias == nil ? "\(function.arn):$LATEST" : function.invokedARN)),
            .init(name: "condition", value: .string(condition)),
            .init(name: "approximateInvokeCount", value: .number(String(count))),
        ]
        var record: [JSONTree.Member] = [
            .init(name: "version", value: .string("1.0")),
            .init(name: "timestamp", value: .string(RFC3339.format(now))),
            .init(name: "requestContext", value: .object(context)),
            .init(name: "requestPayload", value: Self.tree(payload)),
        ]
        if let last { record += Self.response(last) }
        record.append(.init(name: "local", value: Self.local(function, origin)))
        return try create(JSONTree.object(record), for: function.name, at: now)
    }

    private func create(_ record: JSONTree, for function: String, at now: Timestamp) throws(LocalError) -> String {
        let stamp = RFC3339.format(now).prefix(19).filter { $0 != "-" && $0 != ":" }
        let bytes = Array((record.pretty() + "\n").utf8)
        for number in 1...10_000 {
            let path = "\(folder)/\(stamp)Z-\(function)\(number == 1 ? "" : "-\(number)").json"
            guard !Files.exists(path) else { continue }
            do throws(LocalError) {
                try Files.create(path, with: bytes)
                return path
            } catch {
                // Another thread may have taken the name meanwhile.
                guard Files.exists(path) else { throw error }
            }
        }
        throw LocalError(.cannotCreate, "\(folder) is full; remove old dead letters.")
    }

    private static func response(_ attempt: InvocationResult) -> [JSONTree.Member] {
        let context: [JSONTree.Member] = [
            .init(name: "statusCode", value: .number("200")),
            .init(name: "executedVersion", value: .string("$LATEST")),
            .init(name: "functionError", value: .string("Unhandled")),
        ]
        let body =
            switch attempt.outcome {
            case .failure(let body), .response(let body): body
            }
        return [
            .init(name: "responseContext", value: .object(context)),
            .init(name: "responsePayload", value: tree(body)),
        ]
    }

    private static func local(_ function: TemplateFunction, _ origin: Origin) -> JSONTree {
        var members: [JSONTree.Member] = [
            .init(name: "function", value: .string(function.name)), .init(name: "rule", value: .string(origin.rule)),
            .init(name: "source", value: .string(origin.source)),
        ]
        if let queue = origin.queue { members.append(.init(name: "queue", value: .string(queue))) }
        return .object(members)
    }

    private static func tree(_ bytes: [UInt8]) -> JSONTree {
        (try? JSONTree(parsing: bytes)) ?? .string(String(decoding: bytes, as: UTF8.self))
    }
}
