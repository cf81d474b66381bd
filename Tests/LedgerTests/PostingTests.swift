import Codecs
import Ledger
import Testing

@Suite("A posting")
struct PostingTests {
    static let id = UUID(high: 1, low: 2)

    struct Refusal: Sendable, CustomTestStringConvertible {
        let name: String
        let legs: [(String, Int64)]
        let error: PostingError
        var testDescription: String { name }
    }

    static let refusals = [
        Refusal(name: "no legs", legs: [], error: .legCount(0)),
        Refusal(name: "one leg", legs: [("treasury", 1)], error: .legCount(1)),
        Refusal(
            name: "33 legs", legs: (0..<33).map { ("wallet:\($0)", $0 == 32 ? -32 : 1) }, error: .legCount(33)),
        Refusal(name: "an amount of zero", legs: [("treasury", 0), ("wallet:a", 0)], error: .zeroAmount),
        Refusal(name: "the same account twice", legs: [("wallet:a", 5), ("wallet:a", -5)], error: .duplicateAccount),
        Refusal(name: "a sum that is not zero", legs: [("treasury", -5), ("wallet:a", 6)], error: .unbalanced),
        Refusal(
            name: "a sum that wraps around to zero",
            legs: [("wallet:a", .max), ("wallet:b", .max), ("wallet:c", 2)], error: .unbalanced),
        Refusal(
            name: "an amount without a positive counterpart",
            legs: [("treasury", .min), ("wallet:a", .max), ("wallet:b", 1)], error: .overflow),
        Refusal(
            name: "more than 64 bits in all",
            legs: [("wallet:a", .max), ("wallet:b", 1), ("treasury", -.max), ("fees", -1)], error: .overflow),
    ]

    @Test("is refused for", arguments: refusals)
    func refused(refusal: Refusal) throws {
        let legs = try refusal.legs.map { Leg(try #require(AccountReference($0.0)), $0.1) }
        #expect(throws: refusal.error) { try Posting(id: Self.id, type: .tip, legs: legs) }
    }

    @Test("may move the largest amount and have 32 legs")
    func limits() throws {
        let treasury = AccountReference.system(.treasury)
        let wallet = try #require(AccountReference("wallet:a"))
        #expect(throws: Never.self) {
            try Posting(id: Self.id, type: .grant, amount: .max, from: treasury, to: wallet)
        }
        let wallets = try (1...31).map { Leg(try #require(AccountReference("wallet:\($0)")), 1) }
        #expect(throws: Never.self) { try Posting(id: Self.id, type: .grant, legs: wallets + [Leg(treasury, -31)]) }
    }

    @Test("moves a positive amount only", arguments: [0, -1, .min] as [Int64])
    func notPositive(amount: Int64) throws {
        let wallet = try #require(AccountReference("wallet:a"))
        #expect(throws: PostingError.self) {
            try Posting(id: Self.id, type: .reward, amount: amount, from: .system(.treasury), to: wallet)
        }
    }

    @Test("has the same fingerprint whatever the order of its legs, and another for another request")
    func fingerprint() throws {
        let a = try #require(AccountReference("wallet:a"))
        let treasury = AccountReference.system(.treasury)
        func posting(_ type: TransactionType, _ legs: [Leg], metadata: [UInt8]? = nil) throws -> UUID {
            try Posting(id: Self.id, type: type, legs: legs, metadata: metadata).fingerprint
        }
        let one = try posting(.reward, [Leg(a, 5), Leg(treasury, -5)])
        #expect(try posting(.reward, [Leg(treasury, -5), Leg(a, 5)]) == one)
        #expect(try posting(.reward, [Leg(a, 5), Leg(treasury, -5)], metadata: Array("{}".utf8)) == one)
        #expect(try posting(.grant, [Leg(a, 5), Leg(treasury, -5)]) != one)
        #expect(try posting(.reward, [Leg(a, 6), Leg(treasury, -6)]) != one)
        #expect(try posting(.reward, [Leg(a, -5), Leg(treasury, 5)]) != one)
        #expect(try posting(.reward, [Leg(a, 5), Leg(.system(.fees), -5)]) != one)
    }
}
