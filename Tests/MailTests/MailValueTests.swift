import Mail
import Testing

@Suite("Values that mail is made of")
struct MailValueTests {
    @Test(
        "64: nothing that could end a header or begin another is a header",
        arguments: [
            ("X-A", "a\r\nBcc: x"), ("X-A", "a\nb"), ("X-A", "a\rb"), ("X-A", "a\0b"), ("X-A", "é"), ("X-A", ""),
            ("X-A", "a\tb"), ("X-A", "\u{7F}"), ("", "a"), ("X A", "a"), ("X:A", "a"), ("X-A\r\n", "a"), ("É", "a"),
            (String(repeating: "a", count: 127), "a"), ("X-A", String(repeating: "a", count: 996)),
        ])
    func refusedHeader(_ name: String, _ value: String) {
        #expect(MailHeader(name, value) == nil)
    }

    @Test("a mail takes 15 headers, each once")
    func headerCount() throws {
        let last = try #require(MailHeader("X-15", "v"))
        var message = MailMessage(subject: "s", text: "t", html: "h")
        for number in 1..<MailMessage.maximumHeaders {
            let header = try #require(MailHeader("X-\(number)", "v"))
            message = try #require(message.adding(header))
        }
        #expect(message.headers.count == 15 && message.adding(last) == nil)
        let again = try #require(MailHeader("AUTO-submitted", "no"))
        #expect(MailMessage(subject: "s", text: "t", html: "h").adding(again) == nil)
    }

    @Test("tags hold what SES takes", arguments: ["", "a b", "a.b", "é", "a\n", String(repeating: "a", count: 257)])
    func refusedTag(_ text: String) {
        #expect(MailTag("template", text) == nil)
        #expect(MailTag(text, "verify") == nil)
        #expect(MailTag("template", "password-changed_1") != nil)
    }

    @Test(
        "links begin with https, or http on this machine",
        arguments: [
            ("https://nerdwork.example", true), ("https://nerdwork.example/", true), ("http://localhost:3000", true),
            ("http://127.0.0.1:8080", true), ("http://nerdwork.example", false), ("javascript:alert(1)", false),
            ("https://", false), ("https:///x", false), ("https://a@evil.example", false),
            ("https://nerdwork.example?x", false), ("https://nerdwork.example#x", false),
            ("https://nerdwork.example\"onclick=", false), ("https://nerdwork.éxample", false),
            ("https://nerdwork.example\r\n", false), ("http://localhost.evil.example", false),
            ("//nerdwork.example", false),
        ])
    func bases(_ text: String, _ isTaken: Bool) {
        #expect((BaseURL(text) != nil) == isTaken)
    }

    @Test("a secret stands behind the fragment sign, and prints as nothing")
    func secrets() throws {
        let base = try #require(BaseURL("https://nerdwork.example/"))
        let secret = try #require(LinkSecret("abc-_.~9"))
        let link = base.link("/verify-email", secret: secret)
        #expect(link.text == "https://nerdwork.example/verify-email#token=abc-_.~9")
        var dumped = "\(link) \(secret) \(String(reflecting: link))"
        dump([link], to: &dumped)
        dump([secret], to: &dumped)
        #expect(!dumped.contains("abc"))
        #expect(base.link("/stop/", segment: secret).text == "https://nerdwork.example/stop/abc-_.~9")
        for refused in ["", ".", "..", "a b", "a#b", "a&b", "é", "a\n", "a/b", String(repeating: "a", count: 513)] {
            #expect(LinkSecret(refused) == nil)
        }
    }

    @Test(
        "senders have a plain name or none",
        arguments: [
            ("Nerdwork+ <no-reply@mail.nerdwork.example>", "Nerdwork+"), ("no-reply@mail.nerdwork.example", ""),
            ("The Team <a@nerdwork.example>", "The Team"),
        ])
    func senders(_ text: String, _ name: String) {
        #expect(Sender(text)?.name == name)
        #expect(Sender(text)?.text == text)
    }

    @Test(
        "a sender that could be taken for two, or for a header, is none",
        arguments: [
            "", "<a@b.example>", "A <a@b.example", "A <a@b.example> x", "A, B <a@b.example>", "\"A\" <a@b.example>",
            "A\r\nBcc: <a@b.example>", "é <a@b.example>", "A <<a@b.example>>", "A",
        ])
    func refusedSender(_ text: String) {
        #expect(Sender(text) == nil)
    }

    @Test("markup escapes values in text and in attributes")
    func escaping() {
        let hostile = "<a href=\"x\">'&\u{0}\r\n"
        let html: HTML = "<p\(attribute: .label, hostile)>\(hostile)</p>"
        let escaped = "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        #expect(html.markup == "<p aria-label=\"\(escaped)\">\(escaped)</p>")
    }

    @Test("a value in plain text adds no line and turns no direction")
    func plainValues() {
        let text: PlainText = "a\n\("b\r\nc\u{2028}d\u{202E}e\u{0}")\n"
        #expect(text.text == "a\nbcde\n")
    }
}
