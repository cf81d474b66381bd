package import Codecs
internal import Mail

/// Tells the owner that the password is a new one.
package struct PasswordChangedMail: Sendable, MailBody {
    package let occurredAt: Timestamp

    package init(occurredAt: Timestamp) {
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("password-changed", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Your password was changed",
            preview: "The password of your account is a new one.",
            title: "Your password was changed",
            blocks: [
                .paragraph("The password of your Nerdwork+ account is a new one. If you changed it, all is well."),
                .facts([.when(occurredAt, .english)]),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Votre mot de passe a changé",
            preview: "Votre compte a un nouveau mot de passe.",
            title: "Votre mot de passe a changé",
            blocks: [
                .paragraph(
                    """
                    Votre compte Nerdwork+ a un nouveau mot de passe. Si c'est vous qui l'avez changé, tout va \
                    bien.
                    """),
                .facts([.when(occurredAt, .french)]),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
