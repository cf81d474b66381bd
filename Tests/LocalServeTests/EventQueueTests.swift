internal import LocalPlatform
import LocalServe
import Platform
import Testing

@Suite("Queues while the stack is served")
struct EventQueueTests {
    /// Numbers of the events of a batch.
    private static func numbers(_ call: ScriptedInvoker.Call) -> [Int] {
        (call.payload["Records"]?.elements ?? []).compactMap { record in
            record["body"]?.text.flatMap { try? JSONTree(parsing: Array($0.utf8)) }?["n"]?.scalarText.flatMap {
                Int($0)
            }
        }
    }

    private static func failures(_ call: ScriptedInvoker.Call, _ failing: Set<Int>) -> String {
        let records = zip(call.payload["Records"]?.elements ?? [], numbers(call)).filter { failing.contains($0.1) }
        let items = records.map { #"{"itemIdentifier":"\#($0.0["messageId"]?.text ?? "")"}"# }
        return #"{"batchItemFailures":[\#(items.joined(separator: ","))]}"#
    }

    @Test("What the answer names comes again after its visibility timeout, and is kept after maxReceiveCount")
    func partial() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { call, _ in .response(Self.failures(call, [2])) }
        // 60 seconds of invisibility are 50 ms.
        let workers = stage.workers(invoker, retry: 0.05)
        for number in 1...6 { #expect(stage.put("q", number)) }
        try workers.start()
        defer { stage.end(workers) }
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let batches = invoker.calls.map(Self.numbers)
        #expect(batches.allSatisfy { $0.count <= 4 })
        #expect(batches.flatMap { $0 }.sorted() == [1, 2, 2, 2, 3, 4, 5, 6])
        let receives = invoker.calls.flatMap { $0.payload["Records"]?.elements ?? [] }
            .filter { $0["body"]?.text == #"{"n":2}"# }.map { $0["attributes"]?["ApproximateReceiveCount"]?.text }
        #expect(receives == ["1", "2", "3"])
        let letter = try #require(workers.deadLetters().first)
        #expect(letter.origin == DeadLetters.Origin(source: "event-2", rule: "OnQ", queue: "Q"))
        #expect(letter.attempts == 3)
        #expect(
            stage.outcomes.filter { $0.hasPrefix("event-2") } == [
                "event-2 Q retrying 1", "event-2 Q retrying 2", "event-2 Q dead 3",
            ])
        #expect(stage.outcomes.count { $0.hasSuffix("delivered 1") } == 5)
    }

    @Test("A throttled batch comes again without having been received")
    func throttled() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { call, number in number <= 5 ? .throttled : .response("{}") }
        let workers = stage.workers(invoker, retry: 0.001)
        #expect(stage.put("q"))
        try workers.start()
        defer { stage.end(workers) }
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        #expect(invoker.calls.count == 6)
        #expect(stage.outcomes.last == "event-1 Q delivered 1")
    }

    @Test("A dead letter of a queue is replayed as a message, and stays where the answer names it again")
    func replay() throws {
        let stage = try EventStage(EventStage.text(queue: #""VisibilityTimeout":0"#))
        let invoker = ScriptedInvoker { call, number in
            number <= 4 ? .response(Self.failures(call, [1])) : .response("{}")
        }
        let workers = stage.workers(invoker)
        #expect(stage.put("q"))
        try workers.start()
        defer { stage.end(workers) }
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let name = try #require(workers.deadLetters().first?.name)
        guard case .failed = try workers.replay(name) else { throw LocalError(.software, "It was taken.") }
        #expect(try workers.replay(name) == .delivered)
        #expect(Self.numbers(try #require(invoker.calls.last)) == [1])
        #expect(workers.deadLetters().isEmpty)
    }
}
