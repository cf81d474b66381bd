import LocalServe
import Platform
import Testing

@Suite("The journal of what happened")
struct JournalTests {
    private static func numbers(_ entries: [Journal.Entry]) -> [Int] { entries.map(\.number) }

    @Test("entries come in their order, after the one that was seen last")
    func order() {
        let journal = Journal()
        for number in 1...5 { #expect(journal.record(.note("\(number)")) == number) }
        #expect(Self.numbers(journal.entries(after: 0, limit: 3)) == [1, 2, 3])
        #expect(Self.numbers(journal.entries(after: 3, limit: 100)) == [4, 5])
        #expect(journal.entries(after: 5, limit: 100).isEmpty)
        #expect(journal.entries(after: 0, limit: -1).isEmpty)
    }

    @Test("the earliest are forgotten, and the gap shows")
    func capacity() throws {
        let journal = Journal(capacity: 10)
        for number in 1...1_000 { journal.record(.note("\(number)")) }
        let kept = Self.numbers(journal.entries(after: 0, limit: 100))
        #expect((5...10).contains(kept.count))
        #expect(kept == Array((1_001 - kept.count)...1_000))
    }

    @Test("who waits gets what another thread records")
    func waiting() throws {
        let journal = Journal()
        let thread = try #require(SystemThread.start { journal.record(.note("late")) })
        let entries = journal.wait(after: 0, limit: 10, milliseconds: 10_000)
        thread.join()
        #expect(Self.numbers(entries) == [1])
        #expect(journal.wait(after: 1, limit: 10, milliseconds: 10).isEmpty)
    }
}
