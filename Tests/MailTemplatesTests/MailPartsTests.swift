import Mail
import MailTemplates
import Testing

@Suite("What a mail's parts say")
struct MailPartsTests {
    /// About the button, which plain text does not have.
    private static let onlyInHTML = [
        "If the button does not work, copy this address into your browser:",
        "Si le bouton ne marche pas, copiez cette adresse dans votre navigateur\u{202F}:",
    ]

    @Test("F65: what the HTML part says, the text part says too")
    func textHoldsHTML() throws {
        for mail in try MailInspector.samples() {
            let text = mail.inspected.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            for block in mail.inspected.blocks where !Self.onlyInHTML.map(Self.folded).contains(Self.folded(block)) {
                #expect(Self.folded(text).contains(Self.folded(block)), "\(mail.name): \(block)")
            }
            for link in mail.inspected.links where link != MailInspector.site + "/" {
                #expect(mail.inspected.text.contains(link), "\(mail.name): \(link)")
            }
        }
    }

    @Test("what the text part says, the HTML part says too")
    func htmlHoldsText() throws {
        for mail in try MailInspector.samples() {
            let markup = Self.words(mail.inspected.blocks.joined(separator: " ")).union(mail.inspected.links)
            let extra = Self.words(mail.inspected.text).subtracting(markup)
            #expect(extra.isEmpty, "\(mail.name): \(extra)")
        }
    }

    /// Words without the signs that stand for lines and bars in plain text.
    private static func words(_ text: String) -> Set<String> {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        let trimmed = words.map { $0.hasSuffix(":") && !$0.hasPrefix("http") ? String($0.dropLast()) : $0 }
        return Set(trimmed.filter { !$0.allSatisfy { "|#-:".contains($0) } })
    }

    /// One kind of blank, as Python's `split` leaves it.
    private static func folded(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("the message parses back to both parts, with no defect")
    func parsesBack() throws {
        for mail in try MailInspector.samples() {
            #expect(mail.inspected.defects.isEmpty && mail.inspected.problems.isEmpty, "\(mail.name)")
            #expect(mail.inspected.types == ["text/plain; utf-8", "text/html; utf-8"])
            #expect(Array(mail.inspected.text.utf8) == Array(mail.message.text.utf8))
            #expect(Array(mail.inspected.markup.utf8) == Array(mail.message.html.utf8))
            #expect(mail.inspected.header("Subject") == [mail.message.subject])
            #expect(mail.inspected.header("Date") == ["Sat, 21 Nov 2026 09:08:00 +0000"])
            #expect(mail.inspected.longestLine <= 100 && mail.inspected.strayBreaks == 0)
        }
    }

    @Test("links lead to the site, and a secret stands in the fragment only")
    func links() throws {
        for mail in try MailInspector.samples() {
            let unsubscribing = "https://api.nerdwork.example/notifications/unsubscribe/u1"
            for link in mail.inspected.links where link != unsubscribing {
                #expect(link.hasPrefix(MailInspector.site + "/"), "\(mail.name): \(link)")
                #expect(!(link.split(separator: "#").first ?? "").contains("token"))
            }
            #expect(mail.inspected.links.contains(unsubscribing) == mail.template.isOptional)
        }
    }

    @Test("only mail that can be refused says how, and does so as RFC 8058 wants it")
    func unsubscribing() throws {
        for mail in try MailInspector.samples() {
            let isOptional = mail.template.isOptional
            #expect(!(isOptional && mail.template.isSecurity))
            #expect(mail.inspected.header("List-Unsubscribe").isEmpty == !isOptional)
            let post = mail.inspected.header("List-Unsubscribe-Post")
            #expect(post == (isOptional ? ["List-Unsubscribe=One-Click"] : []))
        }
    }
}
