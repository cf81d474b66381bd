import Codecs
import Mail
import Testing

@Suite("Messages as they travel")
struct MIMEMessageTests {
    private static func message(
        subject: String = "Hello", text: String = "text", html: String = "<p>html</p>", headers: [MailHeader] = []
    ) throws -> [UInt8] {
        MIMEMessage(
            from: try #require(Sender("Nerdwork+ <no-reply@mail.nerdwork.example>")),
            to: [try #require(EmailAddress("ada@mail.example")), try #require(EmailAddress("obi@mail.example"))],
            subject: subject, text: text, html: html, headers: headers,
            date: Timestamp(millisecondsSince1970: 951_782_399_999),
            messageID: try #require(EmailAddress("1@mail.nerdwork.example"))
        ).bytes
    }

    @Test("the headers are the ones that Python reads")
    func headers() throws {
        let parsed = try ParsedMessage.parse(try Self.message())
        #expect(parsed.defects.isEmpty)
        #expect(parsed.header("From") == ["Nerdwork+ <no-reply@mail.nerdwork.example>"])
        #expect(parsed.header("To") == ["ada@mail.example, obi@mail.example"])
        #expect(parsed.header("Date") == ["Mon, 28 Feb 2000 23:59:59 +0000"])
        #expect(parsed.header("Message-ID") == ["<1@mail.nerdwork.example>"])
        #expect(parsed.header("MIME-Version") == ["1.0"])
    }

    @Test(
        "both bodies arrive as they were, whatever they hold",
        arguments: [
            "", "\n", "\n\n", "plain", "trailing blank \nand tab\t\n", "=3D = ==\n=", ".\n..\nFrom here", "é😀\u{2028}",
            String(repeating: "x", count: 5_000), String(repeating: "é", count: 1_000) + "\n",
            String(repeating: "a b ", count: 100), "--=_nerdwork_alternative\n--=_nerdwork_alternative--\n",
            "Content-Type: text/html\n\n<b>", "=_nerdwork_alternative",
        ])
    func bodies(_ body: String) throws {
        let bytes = try Self.message(text: body, html: body)
        let parsed = try ParsedMessage.parse(bytes)
        #expect(parsed.defects.isEmpty)
        // Lines travel with CRLF; Python leaves them so, and takes the one before the boundary away.
        let expected = Array(body.utf8).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(parsed.parts.map { Array($0.utf8) } == [expected, expected])
        Self.expectTidyLines(bytes)
    }

    @Test(
        "a subject in any script arrives as it was",
        arguments: [
            "Hello", "Café", "Confirmez votre adresse\u{202F}!", "日本語の題名がとても長いので何行にも分かれます。日本語の題名がとても長いので分かれます。",
            "=?utf-8?B?RXZpbA==?=", String(repeating: "word ", count: 30) + "end",
            "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦",
        ])
    func subjects(_ subject: String) throws {
        let bytes = try Self.message(subject: subject)
        #expect(try ParsedMessage.parse(bytes).header("Subject") == [subject])
        Self.expectTidyLines(bytes)
    }

    @Test("a subject cannot begin a header")
    func subjectInjection() throws {
        let parsed = try ParsedMessage.parse(try Self.message(subject: "Hi\r\nBcc: all@evil.example\r\n\r\nbody"))
        #expect(parsed.header("Bcc").isEmpty)
        #expect(parsed.header("Subject") == ["HiBcc: all@evil.examplebody"])
        #expect(parsed.parts.count == 2)
    }

    @Test("a header of any allowed length arrives, in lines that may travel")
    func longHeader() throws {
        let header = try #require(
            MailHeader(String(repeating: "N", count: 126), String(repeating: "v", count: 995)))
        let bytes = try Self.message(headers: [header])
        // Python keeps the blank that unfolding leaves before the value.
        #expect(try ParsedMessage.parse(bytes).header(header.name) == [" " + header.value])
        #expect(String(decoding: bytes, as: UTF8.self).utf8.split(separator: 0x0A).allSatisfy { $0.count <= 999 })
    }

    /// ASCII, no stray CR or LF, at most 78 characters (RFC 5322, section 2.1.1).
    private static func expectTidyLines(_ bytes: [UInt8]) {
        #expect(bytes.allSatisfy { $0 < 0x80 })
        #expect(bytes.suffix(2) == [0x0D, 0x0A])
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast() {
            #expect(line.last == 0x0D && line.count <= 79 && !line.dropLast().contains(0x0D))
        }
    }
}
