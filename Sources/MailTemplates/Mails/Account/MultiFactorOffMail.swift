package import Codecs
internal import Mail

/// Tells the owner that the password alone is enough again.
package struct MultiFactorOffMail: Sendable, MailBody {
    package let occurredAt: Timestamp

    package init(occurredAt: Timestamp) {
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("mfa-off", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Two-step sign-in is off",
            preview: "Your password alone is enough now.",
            title: "Two-step sign-in is off",
            blocks: [
                .paragraph(
                    """
                    Your password alone is now enough to sign in to your Nerdwork+ account. We recommend that \
                    you keep the second step.
                    """),
                .facts([.when(occurredAt, .english)]),
                .button("Switch it on again", site.link("/account/security")),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Double vérification désactivée",
            preview: "Votre mot de passe suffit désormais.",
            title: "Double vérification désactivée",
            blocks: [
                .paragraph(
                    """
                    Votre mot de passe suffit désormais pour vous connecter à votre compte Nerdwork+. Nous vous \
                    conseillons de garder la seconde étape.
                    """),
                .facts([.when(occurredAt, .french)]),
                .button("La réactiver", site.link("/account/security")),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
