import Mail
import Testing

@testable import AuthService

@Suite("Names that people are shown by")
struct DisplayNameTests {
    @Test(
        "names of people are taken as they are",
        arguments: [
            "Ada", "Ada Lovelace", "J.R.R. Tolkien", "O’Brien", "D'Arcy & Söhne", "陳大文", "محمد", "Ngũgĩ wa Thiong'o",
            "AC/DC",
            "José", "👩‍🚀 Ada", "Dr. Who", "",
        ])
    func names(_ name: String) throws {
        #expect(try DisplayName(name).text.utf8.elementsEqual(name.utf8))
    }

    @Test("blanks at the ends go, and letters are composed")
    func normalised() throws {
        #expect(try DisplayName("  Ada ").text == "Ada")
        #expect(try Array(DisplayName("Jose\u{301}").text.utf8) == Array("Jos\u{E9}".utf8))
    }

    @Test("F62: markup, templates, headers, links and what cannot be seen are refused as names, and inert in mails")
    func attacks() throws {
        let refused = [
            "<img src=x onerror=alert(1)>", "</p><script>", "{{7*7}}", "${jndi:ldap://x}", "%0d%0aBcc: x@y.example",
            "Hi\r\nBcc: x@y.example", "Hi\nthere", "Hi\tthere", "a\0b", "\u{202E}adA", "A\u{200B}da", "Ada\u{2028}x",
            "http://evil", "https://evil.example/x", "www.evil.ng", "evil.ng", "evil\u{3002}com", "evil\u{FF0E}com",
            "see ada@x.example", "A" + String(repeating: "\u{301}", count: 10_000),
            "A" + String(repeating: "\u{316}", count: 12), String(repeating: "a", count: 65),
            String(repeating: "\u{1F468}\u{200D}", count: 64), "\u{3164}", "\"quoted\"", "`id`",
        ]
        for text in refused {
            #expect(throws: (any Error).self, Comment(rawValue: text.debugDescription)) { try DisplayName(text) }
        }
        // Should one of them come from elsewhere, a mail still shows none of it as more than text.
        for text in refused {
            guard let shown = UserText(text)?.text else { continue }
            let links = ["://", "evil.n", "evil.c", "evil.e", "x.e"]
            let isInert = !shown.utf8.contains { $0 < 0x20 } && !links.contains { shown.contains($0) }
            #expect(isInert, Comment(rawValue: shown.debugDescription))
        }
    }

    @Test("language tags have the form of RFC 5646")
    func locales() throws {
        for tag in ["en", "fr-CA", "zh-Hant-TW", "haw"] { #expect(try LocaleTag(tag).text == tag) }
        for tag in ["", "e", "english", "en_US", "en-", "-en", "en--US", "12", "\u{212A}n", "en\0", "en-abcdefghi"] {
            #expect(throws: (any Error).self, Comment(rawValue: tag)) { try LocaleTag(tag) }
        }
    }
}
