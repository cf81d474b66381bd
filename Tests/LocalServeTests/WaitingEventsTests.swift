import Codecs
import LocalPlatform
import LocalServe
import Platform
import Testing

@Suite("Events that wait when the stack stops")
struct WaitingEventsTests {
    /// As on a full disk; a folder in the file's place fails for root as well.
    @Test("What cannot be kept is said once, and kept as soon as that is possible, though nothing else happens")
    func keptLater() throws {
        let stage = try EventStage()
        let gate = ScriptedInvoker.Gate()
        let workers = stage.workers(ScriptedInvoker { _, _ in .gated(gate, .response("{}")) })
        try workers.start()
        defer {
            gate.open()
            stage.end(workers)
        }
        let path = "\(stage.folder)/waiting-events.json"
        try Files.makeFolder(path)
        try Files.makeFolder("\(path)/in the way")
        #expect(stage.put("a"))
        func notes() -> Int {
            stage.journal.entries(after: 0, limit: 1_000).count { entry in
                if case .note(let text) = entry.happening { text.contains("cannot be kept") } else { false }
            }
        }
        func waitUntil(_ condition: () -> Bool) {
            let deadline = SystemClock.now().advanced(byMilliseconds: 60_000)
            while !condition(), SystemClock.now() < deadline { usleep(20_000) }
        }
        waitUntil { notes() > 0 }
        _ = unsafe rmdir("\(path)/in the way")
        _ = unsafe rmdir(path)
        waitUntil { Files.exists(path) }
        #expect(String(decoding: try Files.read(path), as: UTF8.self).contains("event-1"))
        #expect(notes() == 1)
    }

    @Test("Are taken up at the next start, with the attempts they have had")
    func nextStart() throws {
        let stage = try EventStage()
        let failing = ScriptedInvoker { _, _ in .failure("Function.Broken") }
        // Long delays, so that everything waits.
        let first = stage.workers(failing, retry: 60)
        try first.start()
        #expect(stage.put("ab", 1) && stage.put("a", 2))
        #expect(failing.waitForCalls(3))
        stage.end(first)
        let path = "\(stage.folder)/waiting-events.json"
        #expect(try JSONTree(parsing: Files.read(path))["deliveries"]?.elements.count == 2)
        #expect(try JSONTree(parsing: Files.read(path))["messages"]?.elements.count == 1)

        // What was put meanwhile waits on the bus.
        #expect(stage.put("a", 3))
        let second = stage.workers(failing, retry: 60)
        second.halt()
        second.finish()
        let third = stage.workers(failing, retry: 60)
        try third.start()
        #expect(third.waiting >= 3)
        stage.end(third)
    }

    @Test("Are delivered then, each once, and the file is empty again")
    func delivered() throws {
        let stage = try EventStage()
        let closed = ScriptedInvoker { _, _ in .throttled }
        let first = stage.workers(closed, retry: 60)
        try first.start()
        for number in 1...5 { #expect(stage.put("ab", number)) }
        #expect(closed.waitForCalls(6))
        stage.end(first)

        let open = ScriptedInvoker { _, _ in .response("{}") }
        let second = stage.workers(open, retry: 0.01)
        // The delays of before count in the new measure only from the next attempt on: what waits a second is waited for.
        try second.start()
        #expect(second.waitUntilIdle(milliseconds: 60_000))
        stage.end(second)
        let ids = open.calls.filter { $0.function == "one" }.compactMap { $0.payload["id"]?.text }
        #expect(ids.sorted() == (1...5).map { "event-\($0)" })
        let bodies = open.calls.filter { $0.function == "two" }.flatMap { $0.payload["Records"]?.elements ?? [] }
        #expect(bodies.compactMap { $0["body"]?.text }.sorted() == (1...5).map { #"{"n":\#($0)}"# })
        #expect(try Files.read("\(stage.folder)/waiting-events.json") == Array("{}\n".utf8))
    }

    @Test("Are kept when their function is stopped with the stack, which is no failed attempt")
    func stopped() throws {
        let stage = try EventStage(EventStage.text(attempts: 0))
        let gate = ScriptedInvoker.Gate()
        let killed = ScriptedInvoker { _, _ in .gated(gate, .failure("Runtime.ExitError")) }
        let first = stage.workers(killed)
        try first.start()
        #expect(stage.put("ab"))
        #expect(killed.waitForCalls(2))
        first.halt()
        // The pool ends the processes now.
        gate.open()
        first.finish()
        #expect(first.deadLetters().isEmpty)

        let open = ScriptedInvoker { _, _ in .response("{}") }
        let second = stage.workers(open)
        try second.start()
        #expect(second.waitUntilIdle(milliseconds: 60_000))
        stage.end(second)
        #expect(open.calls.map(\.function).sorted() == ["one", "two"])
        #expect(stage.outcomes.sorted() == ["event-1 Q delivered 2", "event-1 one delivered 1"])
    }

    @Test("Are in the file soon after they came, should the stack be killed")
    func whileRunning() throws {
        let stage = try EventStage()
        let gate = ScriptedInvoker.Gate()
        let slow = ScriptedInvoker { _, _ in .gated(gate, .response("{}")) }
        let workers = stage.workers(slow)
        try workers.start()
        #expect(stage.put("a"))
        #expect(slow.waitForCalls(1))
        let path = "\(stage.folder)/waiting-events.json"
        let start = SystemClock.monotonicNanoseconds()
        while !Files.exists(path), SystemClock.monotonicNanoseconds() - start < 60_000_000_000 { usleep(20_000) }
        let kept = try JSONTree(parsing: Files.read(path))["deliveries"]?.elements ?? []
        #expect(kept.map { $0["source"]?.text } == ["event-1"])
        gate.open()
        #expect(workers.waitUntilIdle(milliseconds: 60_000))
        stage.end(workers)
    }

    @Test("A file that holds something else is refused, and left as it is")
    func unreadable() throws {
        let stage = try EventStage()
        let path = "\(stage.folder)/waiting-events.json"
        try Files.write(#"{"deliveries":[{"kind":"event"}]}"#, to: path)
        let workers = stage.workers(ScriptedInvoker { _, _ in .response("{}") })
        let error = #expect(throws: LocalError.self) { try workers.start() }
        #expect(error?.status == .data)
        #expect(try Files.read(path) == Array(#"{"deliveries":[{"kind":"event"}]}"#.utf8))
    }

    @Test("Beyond the capacity wait on their bus, which refuses more in the end")
    func bounded() throws {
        let stage = try EventStage()
        let gate = ScriptedInvoker.Gate()
        let slow = ScriptedInvoker { _, _ in .gated(gate, .response("{}")) }
        let workers = stage.workers(slow, workers: 1, capacity: 10)
        try workers.start()
        var taken = 0
        while taken < 20_000, stage.put("a", taken) { taken += 1 }
        #expect(taken >= EventBus.maximumWaiting && taken < 20_000)
        // A hundred are taken from the bus at a time.
        #expect(workers.waiting <= 110)
        gate.open()
        stage.end(workers)
    }
}
