import ServiceKit
import Testing

@testable import AuthService

@Suite("Addresses as accounts are known by them")
struct EmailIdentityTests {
    private func canonical(_ text: String) -> String? {
        try? EmailIdentity(text).canonical
    }

    @Test("E59: spellings of one mailbox are one account, and what only looks like it is refused")
    func twins() {
        // One mailbox, many spellings.
        for text in ["ada@x.example", "ADA@x.example", "Ada@X.EXAMPLE", "  ada@x.example ", "ada@\u{58}.example"] {
            #expect(canonical(text) == "ada@x.example", Comment(rawValue: text))
        }
        // Forms of one domain: composed, decomposed, capital, ASCII.
        let domains = [
            "caf\u{E9}.example", "cafe\u{301}.example", "CAF\u{C9}.example", "xn--caf-dma.example",
            "XN--CAF-DMA.example",
        ]
        for domain in domains {
            #expect(canonical("ada@\(domain)") == "ada@xn--caf-dma.example", Comment(rawValue: domain))
        }
        #expect(canonical("ada@\u{212A}ilo.example") == "ada@kilo.example")
        let refused = [
            // Local parts beyond ASCII, whatever they fold to.
            "\u{212A}ate@x.example", "ad\u{E1}@x.example", "\u{131}da@x.example", "\u{130}da@x.example",
            "\u{FF41}da@x.example",
            // Separators that are not ours.
            "ada\u{FF20}x.example", "ada\u{FE6B}x.example", "ada@x\u{3002}example", "ada@x\u{FF0E}example",
            // What cannot be seen, or turns the direction.
            "ada@x\u{200B}y.example", "ada@x\u{200D}y.example", "ada@x\u{AD}y.example", "ada@x\u{202E}y.example",
            "ada@\u{2066}x.example", "ad\u{200B}a@x.example", "ad\u{AD}a@x.example", "ada@x\u{FE0F}.example",
            // Look-alikes in one label, and what a mapping would have to change.
            "ada@p\u{430}ypal.example", "ada@\u{FF58}.example", "ada@stra\u{DF}e.example", "ada@\u{2460}.example",
            // Labels that no name has.
            "ada@x.example.", "ada@.example", "ada@xn--.example", "ada@xn--a.example", "ada@xn--99999.example",
            "ada@xn--ls8h.example", "ada@\u{301}x.example", "ada@\u{1F600}.example",
        ]
        for text in refused { #expect(canonical(text) == nil, Comment(rawValue: text)) }
    }

    @Test("E60: what is no plain address is refused")
    func noAddress() {
        let local = String(repeating: "a", count: 64)
        let domain = (0..<3).map { _ in String(repeating: "b", count: 60) }.joined(separator: ".") + ".de"
        #expect(canonical("\(local)@x.example") != nil)
        #expect("\(local)@\(domain)".utf8.count == 250)
        #expect(canonical("\(local)@\(domain)") != nil)
        let refused = [
            "", "@", "a@", "@b.example", "a@b", "a@b@c.example", "\"a b\"@c.example", "a(c)@b.example",
            "user@[127.0.0.1]", "user@127.0.0.1", "\(local)a@x.example", "\(local)@bbbbb.\(domain)",
            "a@b.example\r\n", "a\r\nBcc: x@y.example@b.example", "a@b.example\n", "\na@b.example", "a\0@b.example",
            "victim@x.example\0@evil.example", "a\t@b.example", "\ta@b.example", "a@b.example,c@d.example",
            "a@b.example;c@d.example", "<a@b.example>", "Ada <a@b.example>", "a..b@c.example", ".a@c.example",
            "a.@c.example", "a@-c.example", "a@c-.example", "a@c..example", "a b@c.example", "a%b@c.example",
            "a!b@c.example", "a@c_d.example", "a@c.1",
        ]
        for text in refused { #expect(canonical(text) == nil, Comment(rawValue: text.debugDescription)) }
    }

    @Test("a refusal names the member and not the address")
    func refusal() {
        do {
            _ = try EmailIdentity("nobody", at: "/new_email")
            Issue.record("accepted")
        } catch {
            #expect(error.status == 422)
            #expect(error.code == "invalid_email")
            #expect(error.pointer == "/new_email")
            #expect(!"\(error)".contains("nobody"))
        }
    }

    @Test("E61: a tag behind a plus sign makes another account, but not another bucket")
    func tags() throws {
        let (plain, tagged) = (try EmailIdentity("ada@x.example"), try EmailIdentity("Ada+Comics@x.example"))
        #expect(plain.canonical != tagged.canonical)
        #expect(tagged.canonical == "ada+comics@x.example")
        #expect(tagged.rateLimitForm == "ada@x.example")
        #expect(plain.rateLimitForm == "ada@x.example")
        #expect(try EmailIdentity("+ada@x.example").rateLimitForm == "+ada@x.example")
        #expect(try EmailIdentity("a.d.a@x.example").rateLimitForm == "a.d.a@x.example")
    }

    @Test("mail goes to the local part as it was typed, and the domain in ASCII")
    func mailbox() throws {
        let identity = try EmailIdentity(" Ada@B\u{FC}cher.example")
        #expect(identity.display == "Ada@B\u{FC}cher.example")
        #expect(identity.mailbox == "Ada@xn--bcher-kva.example")
        // A stored address is read again for each event.
        #expect(try EmailIdentity(identity.display).mailbox == identity.mailbox)
    }
}
