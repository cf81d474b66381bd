import Codecs
import TestSupport
import Testing

@testable import LocalServe

@Suite("What is due")
struct DueHeapTests {
    @Test("comes in the order of its moments, and of one moment in the order of its coming")
    func order() throws {
        var random = SeededRandom(stream: 31)
        for _ in 0..<50 {
            var heap = DueHeap<Int>()
            var expected: [(due: Int64, number: Int)] = []
            for number in 0..<Int.random(in: 0...200, using: &random) {
                let due = Int64.random(in: 0...40, using: &random)
                heap.insert(number, due: Timestamp(millisecondsSince1970: due))
                expected.append((due, number))
            }
            expected.sort { ($0.due, $0.number) < ($1.due, $1.number) }
            #expect(heap.count == expected.count && heap.all.count == expected.count)
            #expect(heap.earliest?.millisecondsSince1970 == expected.first?.due)
            var now: Int64 = 0
            var popped: [Int] = []
            while popped.count < expected.count {
                if let element = heap.pop(at: Timestamp(millisecondsSince1970: now)) {
                    #expect(expected[popped.count].due <= now)
                    popped.append(element)
                } else {
                    now += 1
                }
            }
            #expect(popped == expected.map(\.number))
            #expect(heap.pop(at: Timestamp(millisecondsSince1970: .max)) == nil)
        }
    }
}
