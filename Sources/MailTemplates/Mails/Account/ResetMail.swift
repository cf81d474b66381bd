package import Codecs
package import Mail

/// Carries the link with which a new password is set.
package struct ResetMail: Sendable, MailBody {
    /// Goes into the link's fragment only.
    package let token: LinkSecret
    package let expiresAt: Timestamp

    package init(token: LinkSecret, expiresAt: Timestamp) {
        self.token = token
        self.expiresAt = expiresAt
    }

    var kind: MailKind { MailKind("reset", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Set a new password",
            preview: "The link to choose a new password.",
            title: "Set a new password",
            blocks: [
                .paragraph(
                    """
                    Someone asked for a new password for your Nerdwork+ account. If it was you, choose it here.
                    """),
                .button("Choose a new password", site.link("/reset-password", secret: token)),
                .paragraph("The link works once, until \(expiresAt)."),
            ],
            notYou: NotYou(
                title: "Didn't ask for this?",
                advice: "Ignore this mail: your password stays as it is. Never pass the link on to anyone."),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Choisissez un nouveau mot de passe",
            preview: "Le lien pour choisir un nouveau mot de passe.",
            title: "Choisissez un nouveau mot de passe",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un a demandé un nouveau mot de passe pour votre compte Nerdwork+. Si c'était vous, \
                    choisissez-le ici.
                    """),
                .button("Changer mon mot de passe", site.link("/reset-password", secret: token)),
                .paragraph("Ce lien fonctionne une seule fois, jusqu'au \(expiresAt)."),
            ],
            notYou: NotYou(
                title: "Vous n'avez rien demandé ?",
                advice: """
                    Ignorez cet e-mail : votre mot de passe reste le même. Ne transmettez ce lien à personne.
                    """),
            reason: MailContent.accountReason(.french))
    }
}
