import Codecs
import ServiceKit
import Testing

@Suite("The seal of an event")
struct EventSealTests {
    let secret = Array("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ01".utf8)
    let eventID = UUID(high: 0x0190_0000_0000_8ABC, low: 0x8DEF_0123_4567_89AB)
    let plaintext = Array(#"{"address":"ada@example.com"}"#.utf8)

    @Test("opens for the same event with the same secret, and hides what is in it")
    func roundTrip() throws {
        let seal = try EventSeal(secret: secret)
        let sealed = try seal.seal(plaintext, eventID: eventID)
        #expect(try EventSeal(secret: secret).open(sealed, eventID: eventID) == plaintext)
        #expect(try seal.seal(plaintext, eventID: eventID) != sealed)
        #expect(try #require(Base64.decode(sealed.utf8, alphabet: .url)).count == 1 + 12 + plaintext.count + 16)
        #expect(!sealed.containsText("example"))
    }

    // Made with Python's `cryptography` (HKDF and AESGCM), with the nonce 00 01 … 0b.
    @Test("opens what another implementation sealed")
    func foreignSeal() throws {
        let sealed = "AQABAgMEBQYHCAkKC6i_ozsFnDH8OkoLIKCkU8RwIf1EllmIrbiXozmZC6H6DCj5VORIy6QmzQbw9A"
        #expect(try EventSeal(secret: secret).open(sealed, eventID: eventID) == plaintext)
    }

    @Test("refuses another secret and another event")
    func otherContext() throws {
        let sealed = try EventSeal(secret: secret).seal(plaintext, eventID: eventID)
        let other = try EventSeal(secret: secret.reversed())
        #expect(throws: EventSealError.notAuthentic) { try other.open(sealed, eventID: eventID) }
        let otherEvent = UUID(high: eventID.high, low: eventID.low ^ 1)
        let seal = try EventSeal(secret: secret)
        #expect(throws: EventSealError.notAuthentic) { try seal.open(sealed, eventID: otherEvent) }
    }

    @Test("refuses a change of any bit")
    func tampering() throws {
        let seal = try EventSeal(secret: secret)
        let bytes = try #require(Base64.decode(seal.seal(plaintext, eventID: eventID).utf8, alphabet: .url))
        for position in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[position] ^= 1 << bit
                let expected: EventSealError = position == 0 ? .malformed : .notAuthentic
                #expect(throws: expected, "bit \(bit) of byte \(position)") {
                    try seal.open(Base64.encode(altered, alphabet: .url), eventID: eventID)
                }
            }
        }
    }

    @Test("refuses text that cannot be one", arguments: ["", "AQ", "====", "not base64!", "AQ=="])
    func malformed(_ text: String) throws {
        let seal = try EventSeal(secret: secret)
        #expect(throws: EventSealError.malformed) { try seal.open(text, eventID: eventID) }
    }

    @Test("has limits, and the longest plaintext opens again")
    func limits() throws {
        let seal = try EventSeal(secret: secret)
        let longest = [UInt8](repeating: 0x61, count: EventSeal.maximumBytes)
        #expect(try seal.open(seal.seal(longest, eventID: eventID), eventID: eventID) == longest)
        #expect(throws: EventSealError.tooLong) { try seal.seal(longest + [0x61], eventID: eventID) }
        let long = String(repeating: "A", count: 100_000)
        #expect(throws: EventSealError.malformed) { try seal.open(long, eventID: eventID) }
        for count in [0, 31, 1_025] {
            #expect(throws: EventSealError.secretLength) {
                try EventSeal(secret: [UInt8](repeating: 0x61, count: count))
            }
        }
    }

    @Test("prints nothing of its key")
    func printing() throws {
        let seal = try EventSeal(secret: secret)
        var dumped = ""
        dump(seal, to: &dumped)
        #expect(!dumped.containsText("0123456789") && !"\(seal)".containsText("0123456789"))
    }
}
