package import Mail

/// Every mail that Nerdwork+ sends, each with the values that it needs.
package enum MailTemplate: Sendable {
    case verify(VerifyMail)
    case alreadyRegistered(AlreadyRegisteredMail)
    case welcome(WelcomeMail)
    case reset(ResetMail)
    case passwordChanged(PasswordChangedMail)
    case newDevice(NewDeviceMail)
    case lockout(LockoutMail)
    case emailChangeConfirm(EmailChangeConfirmMail)
    case emailChangeNotice(EmailChangeNoticeMail)
    case emailChanged(EmailChangedMail)
    case multiFactorOn(MultiFactorOnMail)
    case multiFactorOff(MultiFactorOffMail)
    case recoveryCodeUsed(RecoveryCodeUsedMail)
    case sessionRevoked(SessionRevokedMail)
    case accountDeletion(AccountDeletionMail)
    case tipReceived(TipReceivedMail)
    case purchaseReceipt(PurchaseReceiptMail)
    case reversal(ReversalMail)
    case grant(GrantMail)
    case ledgerAuditFailed(LedgerAuditFailedMail)
    case weeklyDigest(WeeklyDigestMail)
}

extension MailTemplate {
    /// Stable, and fit for a tag, a file's name and a dedupe key: `password-changed`.
    package var name: String { body.kind.name }

    /// Whether it protects an account; such mail is sent even to a reader who complained, and has no unsubscribing.
    package var isSecurity: Bool { body.kind.purpose == .security }

    /// Whether a reader may refuse it and all like it; only such mail takes an unsubscribing link.
    package var isOptional: Bool { body.kind.purpose == .optional }

    /// The finished mail.
    ///
    /// - Parameter unsubscribe: takes the one-click request of RFC 8058; left out unless the mail is optional.
    package func render(locale: MailLocale, settings: MailSettings, unsubscribe: Link? = nil) -> MailMessage {
        let page = MailPage(content: body.content(locale, settings.site), locale: locale, site: settings.site)
        let link = isOptional ? unsubscribe : nil
        return MailMessage(
            subject: page.content.subject, text: page.plain(unsubscribe: link), html: page.html(unsubscribe: link),
            unsubscribe: link)
    }

    private var body: any MailBody {
        switch self {
        case .verify(let mail): mail
        case .alreadyRegistered(let mail): mail
        case .welcome(let mail): mail
        case .reset(let mail): mail
        case .passwordChanged(let mail): mail
        case .newDevice(let mail): mail
        case .lockout(let mail): mail
        case .emailChangeConfirm(let mail): mail
        case .emailChangeNotice(let mail): mail
        case .emailChanged(let mail): mail
        case .multiFactorOn(let mail): mail
        case .multiFactorOff(let mail): mail
        case .recoveryCodeUsed(let mail): mail
        case .sessionRevoked(let mail): mail
        case .accountDeletion(let mail): mail
        case .tipReceived(let mail): mail
        case .purchaseReceipt(let mail): mail
        case .reversal(let mail): mail
        case .grant(let mail): mail
        case .ledgerAuditFailed(let mail): mail
        case .weeklyDigest(let mail): mail
        }
    }
}
