internal import StrictJSON

extension AWSClient {
    /// Hands a message to SES (`SendEmail`, API version 2); opens and clicks are not tracked.
    ///
    /// Never sent twice blindly: see `AWSError.mayHaveTakenEffect`.
    /// - Returns: SES's id of the message; accepted is not delivered.
    package func sendEmail(_ email: OutgoingEmail, call: AWSCall) throws(AWSError) -> String {
        if let violation = EmailLimits.violation(of: email) { throw AWSError(.rejected, detail: violation) }
        let operation = AWSOperation.restJSON(
            .ses, path: "/v2/email/outbound-emails", body: SendEmailRequest(email: email).bytes, isRepeatable: false,
            maximumResponseBytes: 65_536)
        let answer = try perform(operation, call)
        guard let id = try? answer.root.member("MessageId").string(maximumBytes: 256), !id.isEmpty else {
            // SES has accepted it: only its id is unknown.
            throw answer.malformed(mayHaveTakenEffect: true)
        }
        return id
    }
}

/// The body of `SendEmail`.
struct SendEmailRequest {
    let email: OutgoingEmail

    var bytes: [UInt8] {
        JSONWriter.object(reserving: email.html.utf8.count + email.text.utf8.count + 2_048) { request in
            request.member("FromEmailAddress", email.from)
            request.member("Destination") { $0.member("ToAddresses", [email.to]) }
            request.member("Content") { content in
                content.member("Simple") { writeMessage(&$0) }
            }
            writeFields("EmailTags", email.tags, to: &request)
            request.optional("ConfigurationSetName", email.configurationSet)
            request.member("ConfigurationOverrides") { overrides in
                overrides.member("Tracking") { tracking in
                    tracking.member("OpenTrackingEnabled", "DISABLED")
                    tracking.member("ClickTrackingEnabled", "DISABLED")
                }
            }
        }.bytes
    }

    private func writeMessage(_ message: inout JSONObjectWriter) {
        message.member("Subject") { write(email.subject, to: &$0) }
        message.member("Body") { body in
            body.member("Text") { write(email.text, to: &$0) }
            if !email.html.isEmpty { body.member("Html") { write(email.html, to: &$0) } }
        }
        writeFields("Headers", email.headers, to: &message)
    }

    private func write(_ text: String, to content: inout JSONObjectWriter) {
        content.member("Data", text)
        content.member("Charset", "UTF-8")
    }

    private func writeFields(
        _ name: String, _ fields: [(name: String, value: String)], to object: inout JSONObjectWriter
    ) {
        guard !fields.isEmpty else { return }
        object.array(name) { list in
            for field in fields {
                list.object { entry in
                    entry.member("Name", field.name)
                    entry.member("Value", field.value)
                }
            }
        }
    }
}
