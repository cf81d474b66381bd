/// One message for Amazon SES to build and send; what it holds was made by `Mail`.
package struct OutgoingEmail: Sendable {
    /// `Name <address>` or an address, in ASCII.
    package var from: String
    /// An address.
    package var to: String
    package var subject: String
    package var text: String
    package var html: String
    /// Further header fields, in ASCII.
    package var headers: [(name: String, value: String)]
    /// Come back in the events that SES sends about the message.
    package var tags: [(name: String, value: String)]
    package var configurationSet: String?

    package init(
        from: String, to: String, subject: String, text: String, html: String,
        headers: [(name: String, value: String)] = [], tags: [(name: String, value: String)] = [],
        configurationSet: String? = nil
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.headers = headers
        self.tags = tags
        self.configurationSet = configurationSet
    }
}
