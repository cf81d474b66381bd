import Mail
import StrictJSON

/// Everything that SES needs for one mail, as it waits (encrypted) for its next attempt.
///
/// The finished mail and not the values of its template: what a repeated attempt sends is what the first one sent.
struct MessageContent: Hashable, Sendable {
    let to: String
    let subject: String
    let text: String
    let html: String
    let headers: [Header]

    struct Header: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(to address: EmailAddress, _ message: MailMessage) {
        to = address.text
        subject = message.subject
        text = message.text
        html = message.html
        headers = message.headers.map { Header(name: $0.name, value: $0.value) }
    }

    init(json: JSONValue) throws(JSONError) {
        to = try json.member("to").string()
        subject = try json.member("subject").string()
        text = try json.member("text").string(maximumBytes: 512 << 10)
        html = try json.member("html").string(maximumBytes: 512 << 10)
        var headers: [Header] = []
        for header in try json.member("headers").elements {
            headers.append(
                Header(name: try header.member("name").string(), value: try header.member("value").string()))
        }
        self.headers = headers
    }

    var json: JSONWriter {
        JSONWriter.object(reserving: text.utf8.count + html.utf8.count * 9 / 8 + 1_024) { object in
            object.member("to", to)
            object.member("subject", subject)
            object.member("text", text)
            object.member("html", html)
            object.array("headers") { list in
                for header in headers {
                    list.object {
                        $0.member("name", header.name)
                        $0.member("value", header.value)
                    }
                }
            }
        }
    }
}
