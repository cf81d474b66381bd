internal import LocalRuntimeAPI
internal import Platform

/// SES's `SendEmail`: the mail is written to files, and its events are put on the default bus.
struct SendEmail {
    let account: TemplateMail
    let mailbox: Mailbox
    let bus: EventBus

    func answer(_ request: JSONTree) throws -> (body: JSONTree, mail: StoredMail) {
        var mail = try SendEmailRequest(account: account).read(request)
        mail.messageID = "0100000000000000-\(LocalInvocation.newRequestID())-000000"
        mail.sentAt = SystemClock.now()
        let stored = try mailbox.store(mail)
        for event in MailEvents(account: account).events(of: mail) { _ = bus.put(event) }
        return (.object([.init(name: "MessageId", value: .string(mail.messageID))]), stored)
    }
}
