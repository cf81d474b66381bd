import Mail
import Testing

@Suite("Text of people")
struct UserTextTests {
    @Test(
        "names of people and devices stay as they are",
        arguments: [
            "Ada Obi", "Ọlá Adéyẹmí", "O'Neil-Smith", "Firefox on Linux", "iPhone 15 (iOS 18.1)", "李小龍", "שלום",
            "می‌خواهم", "Nguyễn", "😀", "👨‍👩‍👧‍👦", "a & b <c>", "12:30", "Dr. Who",
            "2001:db8::/64", "2001:db8:1:2::/64", "fe80::1", "192.0.2.0/24",
        ])
    func kept(_ text: String) {
        #expect(UserText(text).map { Array($0.text.utf8) } == Array(text.utf8))
    }

    @Test(
        "what is invisible, turns the direction or would become a link is changed so that it does not",
        arguments: [
            ("  Ada \t\r\n Obi ", "Ada Obi"), ("Ada\0", "Ada"), ("a\u{202E}b\u{2066}c", "abc"),
            ("a\u{200B}\u{FEFF}b", "ab"),
            ("e" + String(repeating: "\u{301}", count: 10_000), "e\u{301}\u{301}\u{301}"), ("\u{301}a", "a"),
            ("www.evil.ng", "www. evil. ng"), ("evil\u{3002}com", "evil. com"), ("http://evil", "http: / / evil"),
            ("a@evil.com", "a @ evil. com"), ("tel:+234", "tel: +234"), ("J.R.R. Tolkien", "J. R. R. Tolkien"),
            ("a\u{200D}b", "ab"), ("a\u{E0041}b", "ab"), ("a\u{3164}b", "ab"), ("a\u{AD}b", "ab"),
            ("2001:db8::1.evil.ng", "2001: db8: : 1. evil. ng"), ("fe80::1/x", "fe80: : 1/ x"), ("ab:c", "ab: c"),
        ])
    func changed(_ text: String, _ expected: String) {
        #expect(UserText(text).map { Array($0.text.unicodeScalars) } == Array(expected.unicodeScalars))
    }

    @Test("nothing readable is nothing", arguments: ["", "   ", "\u{202E}", "\u{301}\u{301}", "...", "\u{3164}", "-"])
    func nothing(_ text: String) {
        #expect(UserText(text) == nil)
    }

    @Test("what is too long is cut to 64 scalars")
    func cut() throws {
        let text = try #require(UserText(String(repeating: "é", count: 70))).text
        #expect(text.unicodeScalars.count == 64 && text.hasSuffix("é…"))
        let dots = try #require(UserText(String(repeating: "a.", count: 500))).text
        #expect(dots.unicodeScalars.count <= 64 && dots.hasSuffix("a…"))
        #expect(try #require(UserText(String(repeating: "x", count: 300), maximumScalars: 200)).text.count == 200)
    }

    @Test("cleaning what is clean changes nothing")
    func idempotent() throws {
        var state: UInt64 = 42
        let alphabet = Array("aé.:/@ \u{301}\u{200D}\u{3002}…9\\😀\u{202E}\u{FF20}".unicodeScalars)
        for _ in 0..<2_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<1 + Int(state >> 40) % 90 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int(state >> 33) % alphabet.count])
            }
            guard let once = UserText(String(text)) else { continue }
            let twice = try #require(UserText(once.text), "\(once.text.debugDescription)")
            #expect(Array(once.text.utf8) == Array(twice.text.utf8))
        }
    }
}
