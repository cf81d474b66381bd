package import Codecs
internal import Mail

/// Tells the owner that a session ended because its key was used twice, as a stolen one would be.
package struct SessionRevokedMail: Sendable, MailBody {
    package let occurredAt: Timestamp

    package init(occurredAt: Timestamp) {
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("session-revoked", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "We signed you out to be safe",
            preview: "One of your devices has to sign in again.",
            title: "We signed you out to be safe",
            blocks: [
                .paragraph(
                    """
                    One of your devices showed a key that had been used before. That can come from a poor \
                    connection, or from someone who copied the key. To be safe, we ended that session.
                    """),
                .facts([.when(occurredAt, .english)]),
                .button("Sign in again", site.link("/sign-in")),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Déconnexion par précaution",
            preview: "Un de vos appareils doit se reconnecter.",
            title: "Déconnexion par précaution",
            blocks: [
                .paragraph(
                    """
                    Un de vos appareils a présenté une clé déjà utilisée. Cela peut venir d'une mauvaise \
                    connexion, ou de quelqu'un qui a copié cette clé. Par précaution, nous avons fermé cette \
                    session.
                    """),
                .facts([.when(occurredAt, .french)]),
                .button("Me reconnecter", site.link("/sign-in")),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }
}
