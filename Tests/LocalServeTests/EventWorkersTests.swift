import Codecs
import LocalPlatform
import LocalServe
import Platform
import Testing

@Suite("Events while the stack is served")
struct EventWorkersTests {
    @Test("Each goes to the targets of the rules that match, and the journal tells it")
    func routing() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { _, _ in .response("{}") }
        let workers = stage.workers(invoker)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.put("a", 1) && stage.put("nobody", 2) && stage.put("ab", 3))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let one = invoker.calls.filter { $0.function == "one" }
        #expect(one.map { $0.payload["id"]?.text }.sorted { ($0 ?? "") < ($1 ?? "") } == ["event-1", "event-3"])
        #expect(one.first { $0.payload["id"]?.text == "event-1" }?.cause == .event("event-1"))
        let two = try #require(invoker.calls.first { $0.function == "two" })
        #expect(two.cause == .queue("Q"))
        // The rule's InputPath made the body.
        #expect(two.payload["Records"]?.elements.map { $0["body"]?.text } == [#"{"n":3}"#])
        let events = stage.journal.entries(after: 0, limit: 100).compactMap { entry -> [String]? in
            if case .event(let event) = entry.happening { event.rules } else { nil }
        }
        #expect(events == [["OnA"], [], ["OnA", "OnQ"]])
        #expect(
            stage.outcomes.sorted() == ["event-1 one delivered 1", "event-3 Q delivered 1", "event-3 one delivered 1"])
    }

    @Test("A topic is told, which stands in the journal: its subscribers are not here")
    func topic() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { _, _ in .response("{}") }
        let workers = stage.workers(invoker)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.template.unsupported == [])
        #expect(stage.put("t", 1) && stage.put("nobody", 2))
        #expect(workers.waitUntilIdle(milliseconds: 20_000))
        #expect(invoker.calls.isEmpty)
        #expect(stage.outcomes == ["event-1 people delivered 1"])
    }

    @Test("Several are at functions at a time, of one function not more than it may have")
    func parallel() throws {
        let stage = try EventStage()
        let gate = ScriptedInvoker.Gate()
        let invoker = ScriptedInvoker { _, _ in .gated(gate, .response("{}")) }
        let workers = stage.workers(invoker, workers: 8, perFunction: 3)
        try workers.start()
        defer { stage.end(workers) }
        for number in 1...20 { #expect(stage.put("a", number)) }
        #expect(invoker.waitForCalls(3))
        #expect(invoker.mostRunning == 3)
        gate.open()
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        #expect(invoker.calls.count == 20)
        #expect(invoker.mostRunning == 3)
    }

    @Test("A function error is tried again twice with growing delays, then kept; the second function is not disturbed")
    func deadLetter() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { call, _ in
            call.function == "one" ? .failure("Function.Broken") : .response("{}")
        }
        let workers = stage.workers(invoker, retry: 0.1)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.put("ab"))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let times = invoker.calls.filter { $0.function == "one" }.map(\.time.millisecondsSince1970)
        try #require(times.count == 3)
        #expect(times[1] - times[0] >= 100)
        #expect(times[2] - times[1] >= 200)
        #expect(
            stage.outcomes.filter { $0.contains("one") }
                == ["event-1 one retrying 1", "event-1 one retrying 2", "event-1 one dead 3"])
        let letters = workers.deadLetters()
        #expect(letters.map(\.function) == ["one"])
        let letter = try #require(letters.first)
        #expect(letter.condition == "RetriesExhausted" && letter.attempts == 3)
        #expect(letter.errorType == "Function.Broken" && letter.errorMessage == "no")
        #expect(letter.origin == DeadLetters.Origin(source: "event-1", rule: "OnA"))
        #expect(letter.payload["id"]?.text == "event-1")
        #expect(letter.record["requestContext"]?["requestId"]?.text?.hasPrefix("request-") == true)
        #expect(invoker.calls.count { $0.function == "two" } == 1)
    }

    @Test("A throttled event comes back as often as needed, without counting as an attempt")
    func throttled() throws {
        let stage = try EventStage()
        let invoker = ScriptedInvoker { _, number in
            switch number {
            case 1...5: .throttled
            case 6: .error(LocalError(.unavailable, "one is not built"))
            case 7, 8: .failure("Function.Broken")
            default: .response("{}")
            }
        }
        let workers = stage.workers(invoker, retry: 0.001)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.put("a"))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        #expect(invoker.calls.count == 9)
        #expect(stage.outcomes.last == "event-1 one delivered 3")
        #expect(workers.deadLetters().isEmpty)
    }

    @Test("An event that gets too old is kept as such")
    func tooOld() throws {
        // A minute's delay would make it older than a minute.
        let stage = try EventStage(EventStage.text(age: 60))
        let invoker = ScriptedInvoker { _, _ in .failure("Function.Broken") }
        let workers = stage.workers(invoker, retry: 61)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.put("a"))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        #expect(workers.deadLetters().map(\.condition) == ["EventAgeExceeded"])
        #expect(invoker.calls.count == 1)
    }

    @Test("A dead letter is replayed; its file goes only when the function takes it")
    func replay() throws {
        let stage = try EventStage(EventStage.text(attempts: 0))
        let invoker = ScriptedInvoker { call, number in
            number < 3 ? .failure("Function.Broken") : .response("{}")
        }
        let workers = stage.workers(invoker)
        try workers.start()
        defer { stage.end(workers) }
        #expect(stage.put("a"))
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        let name = try #require(workers.deadLetters().first?.name)
        #expect(try workers.replay(name) == .failed(type: "Function.Broken", message: "no"))
        #expect(workers.deadLetters().map(\.name) == [name])
        #expect(try workers.replay(name) == .delivered)
        #expect(workers.deadLetters().isEmpty)
        #expect(invoker.calls.map(\.cause) == [.event("event-1"), .person, .person])
        #expect(Set(invoker.calls.map(\.payload)).count == 1)
        #expect(throws: LocalError.self) { try workers.replay(name) }
        for bad in ["", "../waiting-events.json", "/etc/passwd", ".json", "x\u{0}.json"] {
            #expect(throws: LocalError.self, "\(bad)") { try workers.replay(bad) }
        }
    }
}
