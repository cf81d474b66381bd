import Codecs
import Mail
import MailTemplates
import StrictJSON

/// What mail follows from an event of auth.
struct AuthPlan {
    private let head: EventHead
    private let detail: JSONValue
    private let personal: PersonalDetail
    private var plan: MailPlan

    /// Decides.
    ///
    /// - Parameter personal: what was sealed.
    static func make(
        _ event: AuthEvent, _ head: EventHead, detail: JSONValue, personal: PersonalDetail
    ) throws(JSONError) -> MailPlan {
        var making = AuthPlan(head, detail, personal)
        try making.add(event)
        return making.plan
    }

    private init(_ head: EventHead, _ detail: JSONValue, _ personal: PersonalDetail) {
        self.head = head
        self.detail = detail
        self.personal = personal
        plan = MailPlan(time: head.time)
    }

    private mutating func add(_ event: AuthEvent) throws(JSONError) {
        let time = head.time
        switch event {
        // Nobody has proven yet that the mailbox is theirs: nothing that a person wrote goes there.
        case .emailVerificationRequested: try addLink { .verify(VerifyMail(token: $0, expiresAt: $1)) }
        case .signUpRepeated: try addRepetition()
        case .userSignedUp: try addWelcome()
        case .passwordResetRequested: try addLink { .reset(ResetMail(token: $0, expiresAt: $1)) }
        case .passwordChanged: try addNotice(.passwordChanged(PasswordChangedMail(occurredAt: time)))
        case .newDeviceSignedIn:
            let (device, place) = (try personal.userText("device"), try personal.userText("place"))
            try addNotice(.newDevice(NewDeviceMail(device: device, place: place, occurredAt: time)))
        case .signInLocked: try addLockout()
        case .emailChangeRequested: try addEmailChange()
        case .emailChanged: try addEmailChanged()
        case .multiFactorChanged: try addFactor()
        case .recoveryCodeUsed:
            let remaining = Int(try detail.member("remaining").integer(in: 0...1_000))
            try addNotice(.recoveryCodeUsed(RecoveryCodeUsedMail(remaining: remaining, occurredAt: time)))
        case .sessionRevoked:
            // Every other reason is one that the reader knows of.
            guard try detail.member("reason").matches("refresh_reuse") else { return }
            try addNotice(.sessionRevoked(SessionRevokedMail(occurredAt: time)))
        case .accountDeletionRequested: try addDeletion()
        }
    }

    /// A mail to the event's address or, where it names none, to the user's.
    private mutating func addNotice(_ template: MailTemplate, expiresAt: Timestamp? = nil) throws(JSONError) {
        add(template, to: try addressee("address"), expiresAt: expiresAt)
    }

    /// A mail with a link that somebody asked for, unless they asked for an address that nobody is to be written to.
    private mutating func addLink(
        _ template: (LinkSecret, Timestamp) -> MailTemplate
    ) throws(JSONError) {
        if try personal.isWithoutAddress("address") { return }
        let expiresAt = try time("expiresAt")
        try addNotice(template(try personal.secret("token"), expiresAt), expiresAt: expiresAt)
    }

    /// Once an hour at most, however often somebody signs up with the address: it is not the owner who asks for it.
    private mutating func addRepetition() throws(JSONError) {
        if try personal.isWithoutAddress("address") { return }
        let hour = head.time.millisecondsSince1970 / 3_600_000
        add(
            .alreadyRegistered(AlreadyRegisteredMail()), to: try addressee("address"),
            dedupeKey: "already-registered:\(try personal.identifier("userId")):\(hour)")
    }

    /// Nobody hears of guesses at an address that has no account, or one that nobody can sign in to: the event is written
    /// for those too.
    private mutating func addLockout() throws(JSONError) {
        if try personal.isEmptyAddress("address") { return }
        try addNotice(.lockout(LockoutMail(until: try optionalTime("until"), occurredAt: head.time)))
    }

    private mutating func addFactor() throws(JSONError) {
        guard try !detail.member("enabled").bool() else {
            return try addNotice(.multiFactorOn(MultiFactorOnMail(occurredAt: head.time)))
        }
        // Events from before passwords could be retired do not say it.
        let passwordRetired = try detail.optional("passwordRetired")?.bool() ?? false
        try addNotice(
            .multiFactorOff(MultiFactorOffMail(passwordRetired: passwordRetired, occurredAt: head.time)))
    }

    private mutating func addWelcome() throws(JSONError) {
        let name = try personal.userText("name")
        let address = try personal.requiredAddress("address")
        plan.change = .keep(userID: try userID, address: address, locale: head.locale)
        add(.welcome(WelcomeMail(name: name)), to: .address(address))
    }

    /// The new mailbox confirms, the old one can stop it.
    private mutating func addEmailChange() throws(JSONError) {
        let expiresAt = try time("expiresAt")
        let new = try personal.requiredAddress("newAddress")
        let confirm = EmailChangeConfirmMail(token: try personal.secret("confirmToken"), expiresAt: expiresAt)
        let notice = EmailChangeNoticeMail(
            newAddress: new, cancelToken: try personal.secret("cancelToken"), expiresAt: expiresAt)
        add(.emailChangeConfirm(confirm), to: .address(new), expiresAt: expiresAt)
        add(.emailChangeNotice(notice), to: try addressee("oldAddress"), expiresAt: expiresAt)
    }

    private mutating func addEmailChanged() throws(JSONError) {
        let new = try personal.requiredAddress("newAddress")
        let old = try personal.requiredAddress("oldAddress")
        plan.change = .keep(userID: try userID, address: new, locale: head.locale)
        let mail = MailTemplate.emailChanged(EmailChangedMail(newAddress: new, occurredAt: head.time))
        add(mail, to: .address(new), number: 1)
        add(mail, to: .address(old), number: 2)
    }

    private mutating func addDeletion() throws(JSONError) {
        let purgeAt = try time("purgeAt")
        plan.change = .forget(
            userID: try userID, address: try personal.address("address"), locale: head.locale, at: purgeAt)
        try addNotice(.accountDeletion(AccountDeletionMail(purgeAt: purgeAt, occurredAt: head.time)))
    }

    /// - Parameter dedupeKey: nil for one that each event has
    private mutating func add(
        _ template: MailTemplate, to addressee: Addressee, expiresAt: Timestamp? = nil, number: Int? = nil,
        dedupeKey: String? = nil
    ) {
        let key = dedupeKey ?? "\(head.id):\(template.name)" + (number.map { ":\($0)" } ?? "")
        plan.mails.append(
            PlannedMail(
                to: addressee, template: template, locale: head.locale, expiresAt: expiresAt, dedupeKey: key))
    }

    private func addressee(_ name: String) throws(JSONError) -> Addressee {
        if let address = try personal.address(name) { return .address(address) }
        return .user(try userID)
    }

    private var userID: String {
        get throws(JSONError) {
            guard let userID = head.userID else { throw try detail.member("userId").error(.type) }
            return userID
        }
    }

    private func time(_ name: String) throws(JSONError) -> Timestamp {
        try Timestamp(json: detail.member(name))
    }

    private func optionalTime(_ name: String) throws(JSONError) -> Timestamp? {
        guard let value = try detail.optional(name) else { return nil }
        return try Timestamp(json: value)
    }
}
