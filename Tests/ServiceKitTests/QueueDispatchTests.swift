import LambdaEvents
import LambdaRuntime
import ServiceKit
import StrictJSON
import Testing

private struct Reading: EventDetail {
    static let source = "nerdwork.comic"
    static let detailType = "ComicRead"
    let userID: String

    init(json: JSONValue, version: Int64) throws(JSONError) {
        userID = try json.member("userId").string()
    }
}

private struct Failed: Error {}

private final class Seen {
    var batches: [[String]] = []
    var alone: [String] = []
}

@Suite("A queue's messages and their handlers")
struct QueueDispatchTests {
    private let seen = Seen()

    private func dispatcher(batched: Bool) -> EventDispatcher {
        var dispatcher = EventDispatcher()
        dispatcher.on(Reading.self) { [seen] reading, _, _ in
            guard reading.userID != "fails" else { throw Failed() }
            seen.alone.append(reading.userID)
            return JSONWriter()
        }
        dispatcher.on(source: "nerdwork.comic", detailType: "Other") { [seen] event, _ in
            seen.alone.append(event.detailType)
            return JSONWriter()
        }
        guard batched else { return dispatcher }
        dispatcher.onBatch(Reading.self) { [seen] batch, _ in
            seen.batches.append(batch.map(\.detail.userID))
            return batch.map { $0.detail.userID == "fails" ? Failed() : nil }
        }
        return dispatcher
    }

    private func body(_ detail: String, type: String = "ComicRead") -> String {
        """
        {"id":"1","detail-type":"\(type)","source":"nerdwork.comic","time":"2026-11-21T06:00:00Z","detail":\(detail)}
        """
    }

    private func event(_ bodies: [(id: String, body: String)]) -> [UInt8] {
        JSONWriter.object { event in
            event.array("Records") { records in
                for (id, body) in bodies {
                    records.object { record in
                        record.member("messageId", id)
                        record.member("body", body)
                        record.member("eventSource", "aws:sqs")
                        record.member("eventSourceARN", "arn:aws:sqs:eu-west-1:1:q")
                    }
                }
            }
        }.bytes
    }

    private var mixed: [(id: String, body: String)] {
        [
            ("a", body(#"{"userId":"ada"}"#)), ("b", "no event"), ("c", body(#"{"userId":5}"#)),
            ("d", body("{}", type: "Other")), ("e", body(#"{"userId":"fails"}"#)),
            ("f", body("{}", type: "Unknown")), ("g", body(#"{"userId":"grace"}"#)),
            ("h", body(#"{"userId":"v2","version":2}"#)),
        ]
    }

    @Test("go to the handler of batches together, in their order; each that fails is named, and no other")
    func together() throws {
        let answer = try dispatcher(batched: true).handle(event(mixed), context)
        let items = ["b", "c", "e", "f", "h"].map { #"{"itemIdentifier":"\#($0)"}"# }.joined(separator: ",")
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[\#(items)]}"#)
        #expect(seen.batches == [["ada", "fails", "grace"]])
        #expect(seen.alone == ["Other"])
    }

    @Test("go one by one to the handler of single events where there is no other")
    func alone() throws {
        let answer = try dispatcher(batched: false).handle(event(mixed), context)
        let items = ["b", "c", "e", "f", "h"].map { #"{"itemIdentifier":"\#($0)"}"# }.joined(separator: ",")
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[\#(items)]}"#)
        #expect(seen.alone == ["ada", "Other", "grace"])
    }

    @Test("of which the handler says nothing have failed")
    func unmentioned() throws {
        var dispatcher = EventDispatcher()
        dispatcher.onBatch(Reading.self) { _, _ in [nil] }
        let two = [("a", body(#"{"userId":"ada"}"#)), ("b", body(#"{"userId":"grace"}"#))]
        let answer = try dispatcher.handle(event(two), context)
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[{"itemIdentifier":"b"}]}"#)
    }

    @Test("that all went well are answered by an empty list, which Lambda takes for success")
    func success() throws {
        let answer = try dispatcher(batched: true).handle(event([("a", body(#"{"userId":"ada"}"#))]), context)
        #expect(String(decoding: answer, as: UTF8.self) == #"{"batchItemFailures":[]}"#)
    }
}
