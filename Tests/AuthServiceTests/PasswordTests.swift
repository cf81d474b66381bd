import Codecs
import ServiceKit
import StrictJSON
import Testing

@testable import AuthService

/// What a password is, and what it is compared with.
struct PasswordTests {
    @Test("C41: a password of 1,025 bytes or 257 characters is none")
    func tooLong() throws {
        #expect(throws: Never.self) { try password(String(repeating: "😀", count: 256)) }
        #expect(throws: Never.self) { try password(String(repeating: "x", count: 256)) }
        let longTexts = [String(repeating: "x", count: 1_025), String(repeating: "😀", count: 257)]
        for text in longTexts {
            #expect(try refusal { _ = try password(text) } == "422 invalid_member /password too_long")
            #expect(try refusal { _ = try password(json: "\"\(text)\"") } == "422 invalid_member /password too_long")
        }
        // One grapheme, one `count` of Swift's, and 257 scalars.
        let stacked = "x" + String(repeating: "\u{323}", count: 256)
        #expect(stacked.count == 1)
        #expect(try refusal { _ = try password(stacked) } == "422 invalid_member /password too_long")
    }

    @Test("C42: an empty password is none")
    func empty() throws {
        #expect(try refusal { _ = try password("") } == "422 invalid_member /password too_short")
        #expect(try refusal { _ = try password(json: #""""#) } == "422 invalid_member /password too_short")
    }

    @Test("What is no text is no password", arguments: ["null", "1", "true", "[]", "{}"])
    func otherKinds(json: String) throws {
        #expect(try refusal { _ = try password(json: json) }?.hasPrefix("422 invalid_member") == true)
    }

    @Test("C43: U+0000 counts, UTF-8 that is none is never repaired, one text typed in two ways is one password")
    func bytes() throws {
        let stored = try Stored("a\0bcdefgh")
        #expect(try stored.check(password(json: #""a\u0000bcdefgh""#)) == .matches(needsSealing: false))
        #expect(try stored.check(password("a")) == .differs)
        #expect(try stored.check(password("abcdefgh")) == .differs)
        #expect(try stored.check(password("a\0bcdefgi")) == .differs)

        let broken: [[UInt8]] = [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF], [0xE2, 0x82], [0xC1, 0xBF],
        ]
        for bytes in broken {
            let text = Array("long enough ".utf8) + bytes
            #expect(try refusal { _ = try password(text) } == "422 invalid_member /password invalid_encoding")
            #expect(throws: JSONError.self) { try JSONDocument(parsing: [0x22] + text + [0x22]) }
        }
        #expect(throws: JSONError.self) { try JSONDocument(parsing: #""long enough \ud800""#) }

        let composed = try Stored("caf\u{E9} \u{C5}ngstr\u{F6}m \u{1E69}")
        #expect(
            try composed.check(password("cafe\u{301} A\u{30A}ngstro\u{308}m s\u{307}\u{323}"))
                == .matches(needsSealing: false))
        #expect(try composed.check(password("cafe \u{C5}ngstr\u{F6}m \u{1E69}")) == .differs)

        let emoji = String(repeating: "🦊", count: 256)
        #expect(try Stored(emoji).check(password(emoji)) == .matches(needsSealing: false))
    }

    @Test("C44: two passwords that differ in their 80th character are two passwords")
    func noTruncation() throws {
        let first = String(repeating: "k", count: 100)
        let second = String(repeating: "k", count: 79) + "j" + String(repeating: "k", count: 20)
        #expect(try Stored(first).check(password(first)) == .matches(needsSealing: false))
        #expect(try Stored(first).check(password(second)) == .differs)
    }

    @Test(
        "Blanks around a password and its capitals are part of it",
        arguments: [" tundra maple", "tundra maple ", "Tundra maple"])
    func nothingTrimmed(other: String) throws {
        #expect(try Stored("tundra maple").check(password(other)) == .differs)
    }

    @Test("Neither printing nor reflecting shows a password")
    func notShown() throws {
        let secret = try password("tundra maple 71 orbit")
        var dumped = ""
        dump(secret, to: &dumped)
        for text in ["\(secret)", String(reflecting: secret), dumped] { #expect(!text.contains("tundra")) }
    }
}

/// A password as the database has it.
private struct Stored {
    let sealed: SealedPassword
    let vault: PasswordVault

    init(_ text: String) throws {
        vault = PasswordVault(roots: try roots(1), cost: cheap) { _ in }
        sealed = try vault.seal(password(text), for: somebody)
    }

    func check(_ password: Password) throws -> PasswordCheck {
        try vault.check(password, against: sealed, of: somebody)
    }
}
