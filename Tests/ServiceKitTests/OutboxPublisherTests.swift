import AWSClient
import Codecs
import ServiceKit
import Testing

@Suite("Claimed events go out in as few calls as possible")
struct OutboxPublisherTests {
    /// Runs the publisher on a bus that `answer` plays; returns what came of it and the sizes of the calls.
    private func send(
        _ events: [ClaimedEvent],
        _ answer: @escaping (_ call: Int, [EventEntry]) throws(AWSError) -> [EventEntryResult]
    ) -> (sending: OutboxPublisher.Sending, calls: [Int]) {
        var calls: [Int] = []
        let bus = EventBus(name: "bus") { entries, _ throws(AWSError) in
            calls.append(entries.count)
            #expect(entries.allSatisfy { $0.bus == "bus" })
            return try answer(calls.count - 1, entries)
        }
        let sending = OutboxPublisher(bus, random: { 0 }).send(events, AWSCall())
        return (sending, calls)
    }

    private func accept(_ entries: [EventEntry]) -> [EventEntryResult] {
        entries.indices.map { .success(eventID: "\($0)") }
    }

    @Test("Ten entries a call, in the order of the claim")
    func batches() {
        let events = (1...23).map { claimed(UInt64($0)) }
        let (sending, calls) = send(events) { _, entries in accept(entries) }
        #expect(calls == [10, 10, 3])
        #expect(sending.settlements.map(\.event.id) == events.map(\.id))
        #expect(sending.settlements.allSatisfy { $0.verdict == .published })
        #expect(!sending.busIsFailing)
    }

    @Test("Less than 256 KB a call, by EventBridge's rule of counting")
    func sizes() {
        // 14 bytes for the time, 13 for the source, 6 for the type (user guide, "Calculating … entry size").
        let half = (256 << 10) / 2 - 33
        let exact = [claimed(1, detailBytes: half), claimed(2, detailBytes: half - 1), claimed(3)]
        #expect(send(exact) { _, entries in accept(entries) }.calls == [2, 1])
        let over = [claimed(1, detailBytes: half), claimed(2, detailBytes: half), claimed(3)]
        #expect(send(over) { _, entries in accept(entries) }.calls == [1, 2])
    }

    @Test("An event that no call can hold is given up with a code of its own, and the others go out")
    func tooLarge() {
        let events = [claimed(1), claimed(2, detailBytes: 256 << 10), claimed(3)]
        let (sending, calls) = send(events) { _, entries in accept(entries) }
        #expect(calls == [1, 1])
        #expect(sending.settlements.map(\.verdict) == [.published, .dead(code: "EventTooLarge"), .published])
    }

    @Test("Each entry has its own result")
    func partial() {
        let events = (1...3).map { claimed(UInt64($0)) }
        let (sending, _) = send(events) { _, _ in
            [.success(eventID: "1"), .failure(code: "ThrottlingException"), .failure(code: "MalformedDetail")]
        }
        #expect(
            sending.settlements.map(\.verdict) == [
                .published, .again(code: "ThrottlingException", afterMilliseconds: 0), .dead(code: "MalformedDetail"),
            ])
        #expect(!sending.busIsFailing)
    }

    @Test("A bus that fails is left alone: what was not sent waits, and nothing is lost")
    func failing() {
        let events = (1...25).map { claimed(UInt64($0)) }
        let (sending, calls) = send(events) { call, entries throws(AWSError) in
            if call == 1 { throw AWSError(.unavailable, mayHaveTakenEffect: true) }
            return accept(entries)
        }
        #expect(calls == [10, 10])
        #expect(sending.busIsFailing)
        let verdicts = sending.settlements.map(\.verdict)
        #expect(verdicts[..<10].allSatisfy { $0 == .published })
        #expect(verdicts[10..<20].allSatisfy { $0 == .again(code: "unavailable", afterMilliseconds: 0) })
        #expect(verdicts[20...].allSatisfy { $0 == .again(code: "NotSent", afterMilliseconds: 0) })
        #expect(verdicts.count == 25)
    }

    @Test("A call of which everything is throttled is a failing bus as well")
    func throttled() {
        let events = (1...20).map { claimed(UInt64($0)) }
        let (sending, calls) = send(events) { _, entries in
            entries.map { _ in .failure(code: "ThrottlingException") }
        }
        #expect(calls == [10])
        #expect(sending.busIsFailing)
    }

    @Test("One entry for which a whole call is refused does not keep the others back")
    func poison() {
        let events = (1...10).map { claimed(UInt64($0)) }
        let poisoned = events[3].id
        let (sending, calls) = send(events) { _, entries throws(AWSError) in
            if entries.count > 1 { throw AWSError(.rejected, serviceCode: "ValidationException") }
            return accept(entries)
        }
        #expect(calls == [10] + Array(repeating: 1, count: 10))
        #expect(sending.settlements.count { $0.verdict == .published } == 10)

        var number = 0
        let (second, _) = send(events) { _, entries throws(AWSError) in
            number += 1
            // Calls after the first carry one event each, in order.
            if entries.count > 1 || events[number - 2].id == poisoned {
                throw AWSError(.rejected, serviceCode: "ValidationException")
            }
            return accept(entries)
        }
        #expect(second.settlements.count { $0.verdict == .published } == 9)
        let left = second.settlements.filter { $0.verdict != .published }
        #expect(left.map(\.event.id) == [poisoned])
        #expect(!second.busIsFailing)
    }

    @Test("An answer with too few results tells nothing about any entry")
    func wrongCount() {
        let (sending, _) = send((1...3).map { claimed(UInt64($0)) }) { _, _ in [.success(eventID: "1")] }
        #expect(sending.settlements.allSatisfy { $0.verdict == .again(code: "malformedAnswer", afterMilliseconds: 0) })
        #expect(sending.settlements.count == 3)
    }
}
