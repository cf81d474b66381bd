import Codecs
import Ledger
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("Which reads of a batch are decided together")
struct ReadRoundsTests {
    private func read(_ id: UInt64, _ reader: Int) throws -> PendingRead {
        PendingRead(
            id: UUID(high: 0, low: id),
            read: ComicRead(
                reader: try #require(UserID("reader-\(reader)")), comic: try #require(ComicID("comic")),
                time: Timestamp(millisecondsSince1970: 0)))
    }

    @Test("every read once, no reader and no identity twice in a round, each reader's reads in their order")
    func rules() throws {
        var random = SeededRandom(stream: 1701)
        let seed = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed)")
        for _ in 0..<100 {
            let reads = try (0..<Int.random(in: 0...300, using: &random)).map { _ in
                try read(.random(in: 0..<200, using: &random), .random(in: 0..<40, using: &random))
            }
            let rounds = ReadRounds.plan(reads)
            #expect(rounds.flatMap(\.self).sorted() == Array(reads.indices), seed)
            for round in rounds {
                #expect((1...100).contains(round.count) && round == round.sorted(), seed)
                #expect(Set(round.map { reads[$0].read.reader }).count == round.count, seed)
                #expect(Set(round.map { reads[$0].id }).count == round.count, seed)
            }
            for reader in Set(reads.map(\.read.reader)) {
                let places = rounds.flatMap(\.self).filter { reads[$0].read.reader == reader }
                #expect(places == places.sorted(), seed)
            }
        }
    }

    @Test("a hundred and one readers are two rounds, and so are two reads of one reader")
    func sizes() throws {
        #expect(ReadRounds.plan(try (0..<101).map { try read(UInt64($0), $0) }).map(\.count) == [100, 1])
        #expect(ReadRounds.plan([try read(1, 1), try read(2, 1), try read(3, 2)]) == [[0, 2], [1]])
        #expect(ReadRounds.plan([try read(1, 1), try read(1, 2)]) == [[0], [1]])
    }
}
