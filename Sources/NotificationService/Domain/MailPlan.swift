import Codecs
import Mail
import MailTemplates

/// Whom a mail is for.
enum Addressee: Hashable, Sendable {
    case address(EmailAddress)
    /// A user whose address only our own table has.
    case user(String)
    case operators
}

/// One mail that an event asks for.
struct PlannedMail: Sendable {
    let to: Addressee
    let template: MailTemplate
    /// Nil: the language that the user chose at sign-up.
    let locale: MailLocale?
    /// When it is of no use any more, because its link ends; nil for the usual lifetime.
    var expiresAt: Timestamp?
    /// The same for every delivery of the event.
    let dedupeKey: String

    /// The same mail, of no use any more at that time either.
    func ending(at time: Timestamp) -> PlannedMail {
        var mail = self
        mail.expiresAt = min(expiresAt ?? time, time)
        return mail
    }
}

/// What an event says about where a user gets mail.
enum RecipientChange: Sendable {
    /// Without a locale the one that was known stays.
    case keep(userID: String, address: EmailAddress, locale: MailLocale?)
    /// The account ends then; until that time mail goes to the address, where the event has one.
    case forget(userID: String, address: EmailAddress?, locale: MailLocale?, at: Timestamp)
}

/// Everything that follows from one event.
struct MailPlan: Sendable {
    /// When the event happened.
    let time: Timestamp
    var mails: [PlannedMail] = []
    var change: RecipientChange?

    init(time: Timestamp) {
        self.time = time
    }
}
