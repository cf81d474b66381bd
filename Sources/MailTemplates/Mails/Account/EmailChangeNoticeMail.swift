package import Codecs
package import Mail

/// Tells the old address of a change that was asked for, with a link that stops it.
package struct EmailChangeNoticeMail: Sendable, MailBody {
    /// Shown with most of its local part hidden.
    package let newAddress: EmailAddress
    /// Goes into the link's fragment only.
    package let cancelToken: LinkSecret
    package let expiresAt: Timestamp

    package init(newAddress: EmailAddress, cancelToken: LinkSecret, expiresAt: Timestamp) {
        self.newAddress = newAddress
        self.cancelToken = cancelToken
        self.expiresAt = expiresAt
    }

    var kind: MailKind { MailKind("email-change-notice", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Your email address is about to change",
            preview: "You can still stop the change.",
            title: "Your address is about to change",
            blocks: [
                .paragraph(
                    """
                    Someone asked to move your Nerdwork+ account to another email address. If it was you, follow \
                    the link in the mail that we sent to the new address.
                    """),
                .facts([Fact("New address", .masked(newAddress)), Fact("Can be stopped until", "\(expiresAt)")]),
                .button("Stop the change", site.link("/email-change/cancel", secret: cancelToken)),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: """
                    Stop the change with the link above. Then set a new password, since someone may know \
                    yours.
                    """,
                action: ("Set a new password", site.link("/forgot-password"))),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Votre adresse e-mail va changer",
            preview: "Vous pouvez encore annuler ce changement.",
            title: "Votre adresse va changer",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un a demandé à remplacer l'adresse e-mail de votre compte Nerdwork+. Si c'était vous, \
                    suivez le lien envoyé à la nouvelle adresse.
                    """),
                .facts([
                    Fact("Nouvelle adresse", .masked(newAddress)), Fact("Annulation possible jusqu'au", "\(expiresAt)"),
                ]),
                .button("Annuler le changement", site.link("/email-change/cancel", secret: cancelToken)),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Annulez le changement avec le lien ci-dessus, puis choisissez un nouveau mot de passe : \
                    quelqu'un connaît peut-être le vôtre.
                    """,
                action: ("Choisir un nouveau mot de passe", site.link("/forgot-password"))),
            reason: MailContent.accountReason(.french))
    }
}
