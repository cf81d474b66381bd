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
                .paragraph(
                    """
                    Nobody can sign in to it any more. Have you changed your mind? Write to us before that day, and \
                    we bring it back.
                    """),
                .button("Get help", site.link("/help")),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: """
                    Someone may have got into your account. Write to us now. When it is back, set a new password: \
                    that signs out every device.
                    """),
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
                .paragraph(
                    """
                    Plus personne ne peut s'y connecter. Vous avez changé d'avis ? Écrivez-nous avant cette date, et \
                    nous le rétablirons.
                    """),
                .button("Obtenir de l'aide", site.link("/help")),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Quelqu'un a peut-être accès à votre compte. Écrivez-nous tout de suite. Une fois le compte \
                    rétabli, choisissez un nouveau mot de passe : tous les appareils seront déconnectés.
                    """),
            reason: MailContent.accountReason(.french))
    }
}
