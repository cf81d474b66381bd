internal import Codecs
internal import Platform

/// The folder of events that a function failed with as often as Lambda tries.
///
/// A file has the form of the record that Lambda sends to an `OnFailure` destination (Lambda developer guide, "Capturing
/// records of Lambda asynchronous invocations"), and only its owner may read it.
package struct DeadLetters: Sendable {
    package let folder: String

    /// - Parameter folder: `.nerdwork` of the project.
    package init(folder: String) {
        self.folder = "\(folder)/dead-letters"
    }

    /// Keeps an event, and returns the file's path.
    func keep(
        _ payload: JSONTree, of function: TemplateFunction, _ attempts: [InvocationResult]
    ) throws(LocalError) -> String {
        try Files.makeFolder(folder)
        let now = SystemClock.now()
        let record = Self.record(payload, function, attempts, at: now)
        let stamp = RFC3339.format(now).prefix(19).filter { $0 != "-" && $0 != ":" }
        for number in 1...10_000 {
            let path = "\(folder)/\(stamp)Z-\(function.name)\(number == 1 ? "" : "-\(number)").json"
            guard !Files.exists(path) else { continue }
            try Files.create(path, with: Array((record.pretty() + "\n").utf8))
            return path
        }
        throw LocalError(.cannotCreate, "\(folder) is full; remove old dead letters.")
    }

    private static func record(
        _ payload: JSONTree, _ function: TemplateFunction, _ attempts: [InvocationResult], at time: Timestamp
    ) -> JSONTree {
        let context: [JSONTree.Member] = [
            .init(name: "requestId", value: .string(attempts.first?.report.requestID ?? "")),
            .init(name: "functionArn", value: .string("\(function.arn):$LATEST")),
            .init(name: "condition", value: .string("RetriesExhausted")),
            .init(name: "approximateInvokeCount", value: .number(String(attempts.count))),
        ]
        let response: [JSONTree.Member] = [
            .init(name: "statusCode", value: .number("200")),
            .init(name: "executedVersion", value: .string("$LATEST")),
            .init(name: "functionError", value: .string("Unhandled")),
        ]
        return .object([
            .init(name: "version", value: .string("1.0")),
            .init(name: "timestamp", value: .string(RFC3339.format(time))),
            .init(name: "requestContext", value: .object(context)), .init(name: "requestPayload", value: payload),
            .init(name: "responseContext", value: .object(response)),
            .init(name: "responsePayload", value: answer(attempts.last)),
        ])
    }

    private static func answer(_ attempt: InvocationResult?) -> JSONTree {
        switch attempt?.outcome {
        case .failure(let body), .response(let body):
            (try? JSONTree(parsing: body)) ?? .string(String(decoding: body, as: UTF8.self))
        case nil: .null
        }
    }
}
