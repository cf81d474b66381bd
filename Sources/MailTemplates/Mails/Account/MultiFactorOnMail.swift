package import Codecs
internal import Mail

/// Tells the owner that signing in now takes a second step.
package struct MultiFactorOnMail: Sendable, MailBody {
    package let occurredAt: Timestamp

    package init(occurredAt: Timestamp) {
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("mfa-on", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Two-step sign-in is on",
            preview: "Your account is better protected now.",
            title: "Two-step sign-in is on",
            blocks: [
                .paragraph(
                    """
                    Signing in to your Nerdwork+ account now takes a second step after your password. Keep your \
                    recovery codes in a safe place: they let you in when you lose your device.
                    """),
                .facts([.when(occurredAt, .english)]),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Double vérification activée",
            preview: "Votre compte est mieux protégé.",
            title: "Double vérification activée",
            blocks: [
                .paragraph(
                    """
                    Pour vous connecter à votre compte Nerdwork+, il faut désormais une seconde étape après le \
                    mot de passe. Gardez vos codes de secours en lieu sûr : ils vous ouvrent la porte si vous \
                    perdez votre appareil.
                    """),
                .facts([.when(occurredAt, .french)]),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
