package import Codecs
package import Mail

/// Asks at a new address whether it may be used.
///
/// Nobody has proved to own it yet: no user text.
package struct EmailChangeConfirmMail: Sendable, MailBody {
    /// Goes into the link's fragment only.
    package let token: LinkSecret
    package let expiresAt: Timestamp

    package init(token: LinkSecret, expiresAt: Timestamp) {
        self.token = token
        self.expiresAt = expiresAt
    }

    var kind: MailKind { MailKind("email-change-confirm", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Confirm your new email address",
            preview: "One click, and your account uses this address.",
            title: "Is this your new address?",
            blocks: [
                .paragraph("Someone wants to use this address for a Nerdwork+ account. If it was you, confirm it."),
                .button("Confirm this address", site.link("/email-change/confirm", secret: token)),
                .paragraph("The link works once, until \(expiresAt). Until then the old address stays in use."),
            ],
            notYou: NotYou(
                title: "Didn't ask for this?",
                advice: "Ignore this mail. Without the link, this address is not used."),
            reason: "You get this mail because someone entered this address in a Nerdwork+ account.")
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Confirmez votre nouvelle adresse e-mail",
            preview: "Plus qu'un clic, et votre compte utilise cette adresse.",
            title: "Est-ce votre nouvelle adresse ?",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un souhaite utiliser cette adresse pour un compte Nerdwork+. Si c'était vous, \
                    confirmez-la.
                    """),
                .button("Confirmer cette adresse", site.link("/email-change/confirm", secret: token)),
                .paragraph(
                    """
                    Ce lien fonctionne une seule fois, jusqu'au \(expiresAt). D'ici là, l'ancienne adresse reste \
                    valable.
                    """),
            ],
            notYou: NotYou(
                title: "Vous n'avez rien demandé ?",
                advice: "Ignorez cet e-mail. Sans ce lien, cette adresse n'est pas utilisée."),
            reason: """
                Vous recevez cet e-mail parce que quelqu'un a saisi cette adresse dans un compte Nerdwork+.
                """)
    }
}
