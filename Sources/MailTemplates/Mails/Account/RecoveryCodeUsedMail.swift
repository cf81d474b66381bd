package import Codecs
internal import Mail

/// Tells the owner that a recovery code opened the account.
package struct RecoveryCodeUsedMail: Sendable, MailBody {
    /// How many codes are left.
    package let remaining: Int
    package let occurredAt: Timestamp

    package init(remaining: Int, occurredAt: Timestamp) {
        self.remaining = remaining
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("recovery-code-used", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "A recovery code was used",
            preview: "Someone signed in with one of your recovery codes.",
            title: "A recovery code was used",
            blocks: [
                .paragraph(
                    """
                    Someone signed in to your Nerdwork+ account with one of your recovery codes. Each code works \
                    once.
                    """),
                .facts([Fact("Codes left", "\(remaining)"), .when(occurredAt, .english)]),
                .button("Make new codes", site.link("/account/security")),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Un code de secours a été utilisé",
            preview: "Quelqu'un s'est connecté avec un de vos codes de secours.",
            title: "Un code de secours a été utilisé",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un s'est connecté à votre compte Nerdwork+ avec un de vos codes de secours. Chaque \
                    code ne sert qu'une fois.
                    """),
                .facts([Fact("Codes restants", "\(remaining)"), .when(occurredAt, .french)]),
                .button("Créer de nouveaux codes", site.link("/account/security")),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
