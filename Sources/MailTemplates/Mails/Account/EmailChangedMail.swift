package import Codecs
package import Mail

/// Tells the old and the new address that the account now has the new one.
package struct EmailChangedMail: Sendable, MailBody {
    /// Shown with most of its local part hidden.
    package let newAddress: EmailAddress
    package let occurredAt: Timestamp

    package init(newAddress: EmailAddress, occurredAt: Timestamp) {
        self.newAddress = newAddress
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("email-changed", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Your email address was changed",
            preview: "Your account has a new address.",
            title: "Your address was changed",
            blocks: [
                .paragraph("Your Nerdwork+ account now uses another email address. Sign in with it from now on."),
                .facts([Fact("New address", .masked(newAddress)), .when(occurredAt, .english)]),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: "Tell us at once. We can give the account back to you.",
                action: ("Get help", site.link("/help"))),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Votre adresse e-mail a changé",
            preview: "Votre compte a une nouvelle adresse.",
            title: "Votre adresse a changé",
            blocks: [
                .paragraph(
                    """
                    Votre compte Nerdwork+ utilise désormais une autre adresse e-mail. C'est avec elle que vous \
                    vous connecterez.
                    """),
                .facts([Fact("Nouvelle adresse", .masked(newAddress)), .when(occurredAt, .french)]),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: "Écrivez-nous tout de suite : nous pouvons vous rendre votre compte.",
                action: ("Obtenir de l'aide", site.link("/help"))),
            reason: MailContent.accountReason(.french))
    }
}
