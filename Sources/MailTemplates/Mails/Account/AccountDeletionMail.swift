package import Codecs
internal import Mail

/// Tells the owner when the account will be erased, and how to keep it.
package struct AccountDeletionMail: Sendable, MailBody {
    /// From then on nothing can be brought back.
    package let purgeAt: Timestamp
    package let occurredAt: Timestamp

    package init(purgeAt: Timestamp, occurredAt: Timestamp) {
        self.purgeAt = purgeAt
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("account-deletion", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Your account will be deleted",
            preview: "You can still keep it.",
            title: "Your account will be deleted",
            blocks: [
                .paragraph(
                    """
                    We were asked to delete your Nerdwork+ account. On the day below, everything in it is erased \
                    for good, the NWT in your wallet too.
                    """),
                .facts([Fact("Asked for", "\(occurredAt)"), Fact("Erased", "\(purgeAt)")]),
                .paragraph("Have you changed your mind? Sign in before then, and the account stays."),
                .button("Keep my account", site.link("/sign-in")),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: "Sign in to keep the account, then set a new password: it signs out every device.",
                action: ("Set a new password", site.link("/forgot-password"))),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Votre compte va être supprimé",
            preview: "Vous pouvez encore le garder.",
            title: "Votre compte va être supprimé",
            blocks: [
                .paragraph(
                    """
                    On nous a demandé de supprimer votre compte Nerdwork+. À la date ci-dessous, tout ce qu'il \
                    contient sera effacé pour toujours, y compris les NWT de votre portefeuille.
                    """),
                .facts([Fact("Demande", "\(occurredAt)"), Fact("Suppression", "\(purgeAt)")]),
                .paragraph("Vous avez changé d'avis ? Connectez-vous avant cette date, et le compte est conservé."),
                .button("Garder mon compte", site.link("/sign-in")),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Connectez-vous pour garder le compte, puis choisissez un nouveau mot de passe : tous les \
                    appareils seront déconnectés.
                    """,
                action: ("Choisir un nouveau mot de passe", site.link("/forgot-password"))),
            reason: MailContent.accountReason(.french))
    }
}
