/// A finished mail without its receiver.
package struct MailMessage: Sendable {
    package let subject: String
    package let text: String
    package let html: String
    /// Beyond `From`, `To`, `Subject` and those of MIME.
    package private(set) var headers: [MailHeader]

    /// SES takes no more.
    package static let maximumHeaders = 15

    /// - Parameter unsubscribe: takes the one-click request of RFC 8058; nil for mail that has to be sent.
    package init(subject: MailSubject, text: PlainText, html: HTML, unsubscribe: Link? = nil) {
        self.subject = subject.text
        self.text = text.text
        self.html = html.markup
        let list = unsubscribe.flatMap(MailHeader.listUnsubscribe).map { [$0, .oneClick] } ?? []
        headers = [.autoSubmitted] + list
    }

    /// The same mail with one more header; nil when there are too many or it is there already.
    package func adding(_ header: MailHeader) -> MailMessage? {
        guard headers.count < Self.maximumHeaders,
            !headers.contains(where: { $0.name.lowercased() == header.name.lowercased() })
        else { return nil }
        var copy = self
        copy.headers.append(header)
        return copy
    }
}
