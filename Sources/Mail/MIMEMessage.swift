package import Codecs

/// A mail as it travels: headers and `multipart/alternative` (RFC 5322, 2045, 2046), ASCII only, lines ended by CRLF.
package struct MIMEMessage: Sendable {
    package var from: Sender
    package var to: [EmailAddress]
    package var subject: String
    package var text: String
    package var html: String
    package var headers: [MailHeader]
    package var date: Timestamp
    /// Without the angle brackets: `left@right`, made by the caller.
    package var messageID: EmailAddress

    package init(
        from: Sender, to: [EmailAddress], subject: String, text: String, html: String, headers: [MailHeader],
        date: Timestamp, messageID: EmailAddress
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.headers = headers
        self.date = date
        self.messageID = messageID
    }

    package init(_ message: MailMessage, from: Sender, to: EmailAddress, date: Timestamp, messageID: EmailAddress) {
        self.init(
            from: from, to: [to], subject: message.subject, text: message.text, html: message.html,
            headers: message.headers, date: date, messageID: messageID)
    }

    /// Stands in no quoted-printable text, where a hexadecimal digit or a line's end follows each `=` (RFC 2045, 6.7).
    private static let boundary = "=_nerdwork_alternative"

    /// The whole message.
    package var bytes: [UInt8] {
        var lines = [
            "From: \(from.text)", "To: \(to.map(\.text).joined(separator: ",\r\n "))",
            "Subject: \(EncodedWord.encode(subject, afterColumn: 9))", "Date: \(MailDate.format(date))",
            "Message-ID: <\(messageID.text)>", "MIME-Version: 1.0",
        ]
        lines += headers.map(Self.folded)
        lines += ["Content-Type: multipart/alternative;", " boundary=\"\(Self.boundary)\"", ""]
        // The plain part first: the last one that a program can show is the one it shows (RFC 2046, 5.1.4).
        lines += Self.part("text/plain", text) + Self.part("text/html", html)
        lines += ["--\(Self.boundary)--", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func part(_ type: String, _ content: String) -> [String] {
        [
            "--\(boundary)", "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
            QuotedPrintable.encode(content),
        ]
    }

    /// No line may be longer than 998 characters (RFC 5322, 2.1.1): a value that would be goes to a line of its own.
    ///
    /// Others stay with their name, since some parsers give a folded value back with the blank before it.
    private static func folded(_ header: MailHeader) -> String {
        let isShort = header.name.utf8.count + header.value.utf8.count + 2 <= 998
        return "\(header.name):" + (isShort ? " " : "\r\n ") + header.value
    }
}
