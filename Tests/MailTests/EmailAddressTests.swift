import Mail
import Testing

@Suite("Mail addresses")
struct EmailAddressTests {
    @Test(
        "ordinary addresses are accepted as they are",
        arguments: ["ada@nerdwork.example", "a.b+c@mail.example.ng", "O'Neil_1@xn--bcher-kva.example"])
    func accepted(_ text: String) {
        #expect(EmailAddress(text)?.text == text)
    }

    @Test(
        "what could end a header, name two receivers or hide its form is refused",
        arguments: [
            "", "@", "a@b", "a@@b.example", "a@b@c.example", "a b@c.example", "a@c.example\r\nBcc: x@y.example",
            "a\0@c.example", "a,b@c.example", "a;b@c.example", "<a@c.example>", "\"a b\"@c.example", "a@[127.0.0.1]",
            "a@127.0.0.1", ".a@c.example", "a.@c.example", "a..b@c.example", "a@-c.example", "a@c-.example",
            "a@c.example.", "é@c.example", "a@é.example", "a\u{FF20}c.example", "a%b@c.example", "a!b@c.example",
            "a@c.e", "a@c.ex4mple", "a@ab--c.example", "a@c.xn--", "a\u{212A}@c.example", "a\u{AD}@c.example",
            "a\u{202E}@c.example", "a\u{200B}@c.example", "a\t@c.example", "(x)a@c.example", "a @c.example",
            String(repeating: "a", count: 65) + "@c.example",
            "a@" + String(repeating: "b.", count: 130) + "example",
        ])
    func refused(_ text: String) {
        #expect(EmailAddress(text) == nil)
    }

    @Test("only ASCII letters are folded")
    func canonical() {
        #expect(EmailAddress("ADA@Nerdwork.Example")?.canonical == "ada@nerdwork.example")
    }
}
