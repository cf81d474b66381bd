internal import Codecs
internal import LocalRuntimeAPI
internal import Platform

/// EventBridge's `PutEvents`: each entry is accepted or refused for itself.
///
/// Limits are those of the API reference (`PutEvents`, `PutEventsRequestEntry`).
struct PutEvents {
    let bus: EventBus
    /// Names of the buses that exist.
    let buses: [String]

    static let maximumEntries = 10
    static let maximumBytes = 256 * 1024

    func answer(_ request: JSONTree) throws -> JSONTree {
        guard case .array(let entries)? = request["Entries"], (1...Self.maximumEntries).contains(entries.count) else {
            throw AWSFailure.validation(
                "1 validation error detected: Value at 'entries' failed to satisfy constraint: "
                    + "Member must have length between 1 and \(Self.maximumEntries)")
        }
        guard entries.reduce(0, { $0 + Self.size(of: $1) }) <= Self.maximumBytes else {
            throw AWSFailure.validation("Total size of the entries in the request is over the limit.")
        }
        let results = entries.map(result)
        let failed = results.count { $0["ErrorCode"] != nil }
        return .object([
            .init(name: "FailedEntryCount", value: .number(String(failed))),
            .init(name: "Entries", value: .array(results)),
        ])
    }

    private func result(_ entry: JSONTree) -> JSONTree {
        do throws(EntryError) {
            let event = try event(entry)
            guard bus.put(event) else {
                throw EntryError(code: "ThrottlingException", message: "Too many events wait on the local bus.")
            }
            return .object([.init(name: "EventId", value: .string(event.id))])
        } catch {
            return .object([
                .init(name: "ErrorCode", value: .string(error.code)),
                .init(name: "ErrorMessage", value: .string(error.message)),
            ])
        }
    }

    private struct EntryError: Error {
        let code: String
        let message: String

        static func argument(_ message: String) -> EntryError { EntryError(code: "InvalidArgument", message: message) }
    }

    private func event(_ entry: JSONTree) throws(EntryError) -> BusEvent {
        let source = try text("Source", of: entry)
        let detailType = try text("DetailType", of: entry)
        let detail = try text("Detail", of: entry)
        guard let tree = try? JSONTree(parsing: Array(detail.utf8)), case .object = tree else {
            throw EntryError(code: "MalformedDetail", message: "Detail is malformed.")
        }
        guard source.utf8.count <= 256, detailType.utf8.count <= 128 else {
            throw .argument("Source or DetailType is too long.")
        }
        guard !source.hasPrefix("aws.") else {
            throw EntryError(
                code: "NotAuthorizedForSourceException", message: "Not authorized for the source \(source).")
        }
        let name = EventBusName.short(entry["EventBusName"]?.scalarText)
        // AWS accepts such an event and loses it (github.com/aws/aws-cli/issues/9186); here nothing is lost in silence.
        guard buses.contains(name) else { throw .argument("Event bus \(name) does not exist.") }
        return BusEvent(
            bus: name, id: LocalInvocation.newRequestID(), source: source, detailType: detailType,
            time: try time(of: entry), resources: (entry["Resources"]?.elements ?? []).compactMap(\.text), detail: tree)
    }

    private func text(_ name: String, of entry: JSONTree) throws(EntryError) -> String {
        guard let text = entry[name]?.text, !text.isEmpty else {
            throw .argument("Parameter \(name) is not valid. Reason: \(name) is a required argument.")
        }
        return text
    }

    /// AWS JSON writes times as seconds since 1970.
    private func time(of entry: JSONTree) throws(EntryError) -> Timestamp {
        guard let time = entry["Time"], time != .null else { return SystemClock.now() }
        guard case .number(let text) = time, let seconds = Double(text), (0..<4e9).contains(seconds) else {
            throw .argument("Parameter Time is not valid. Reason: it wants seconds since 1970.")
        }
        return Timestamp(millisecondsSince1970: Int64(seconds * 1000))
    }

    /// As EventBridge counts (user guide, "Calculating event entry size"): 14 bytes for a time, and the UTF-8 of the texts.
    private static func size(of entry: JSONTree) -> Int {
        let texts = ["Source", "DetailType", "Detail"].compactMap { entry[$0]?.text?.utf8.count }
        let resources = (entry["Resources"]?.elements ?? []).compactMap { $0.text?.utf8.count }
        return (entry["Time"] == nil ? 0 : 14) + (texts + resources).reduce(0, +)
    }
}
