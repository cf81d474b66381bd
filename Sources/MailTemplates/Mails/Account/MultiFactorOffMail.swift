package import Codecs
internal import Mail

/// Tells the owner that the password alone is enough again, or that it no longer signs in.
package struct MultiFactorOffMail: Sendable, MailBody {
    /// Whether the password was too short to go on without the second factor.
    package let passwordRetired: Bool
    package let occurredAt: Timestamp

    package init(passwordRetired: Bool, occurredAt: Timestamp) {
        self.passwordRetired = passwordRetired
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("mfa-off", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Two-step sign-in is off",
            preview: passwordRetired ? "Your password no longer signs you in." : "Your password alone is enough now.",
            title: "Two-step sign-in is off",
            blocks: [
                .paragraph(
                    passwordRetired
                        ? """
                        Your Nerdwork+ account no longer asks for a second step. Your password has fewer than 15 \
                        characters, which is enough only together with that step: it no longer signs you in. Choose \
                        a longer one.
                        """
                        : """
                        Your password alone is now enough to sign in to your Nerdwork+ account. We recommend that \
                        you keep the second step.
                        """),
                .facts([.when(occurredAt, .english)]),
                passwordRetired
                    ? .button("Choose a longer password", site.link("/forgot-password"))
                    : .button("Switch it on again", site.link("/account/security")),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Double vérification désactivée",
            preview: passwordRetired
                ? "Votre mot de passe ne permet plus de vous connecter." : "Votre mot de passe suffit désormais.",
            title: "Double vérification désactivée",
            blocks: [
                .paragraph(
                    passwordRetired
                        ? """
                        Votre compte Nerdwork+ ne demande plus de seconde étape. Votre mot de passe compte moins de \
                        15 caractères, ce qui ne suffit qu'avec cette étape : il ne permet plus de vous connecter. \
                        Choisissez-en un plus long.
                        """
                        : """
                        Votre mot de passe suffit désormais pour vous connecter à votre compte Nerdwork+. Nous vous \
                        conseillons de garder la seconde étape.
                        """),
                .facts([.when(occurredAt, .french)]),
                passwordRetired
                    ? .button("Choisir un mot de passe plus long", site.link("/forgot-password"))
                    : .button("La réactiver", site.link("/account/security")),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
