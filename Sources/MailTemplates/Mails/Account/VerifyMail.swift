package import Codecs
package import Mail

/// Asks a new reader to confirm the address.
///
/// Nobody has proved to own it yet: no user text.
package struct VerifyMail: Sendable, MailBody {
    /// Goes into the link's fragment only.
    package let token: LinkSecret
    package let expiresAt: Timestamp

    package init(token: LinkSecret, expiresAt: Timestamp) {
        self.token = token
        self.expiresAt = expiresAt
    }

    var kind: MailKind { MailKind("verify", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Confirm your email address",
            preview: "One click, and your account is ready.",
            title: "Almost there",
            blocks: [
                .paragraph("Confirm that this address is yours, and your Nerdwork+ account is ready."),
                .button("Confirm my address", site.link("/verify-email", secret: token)),
                .paragraph("The link works once, until \(expiresAt)."),
            ],
            notYou: NotYou(
                title: "Didn't sign up?",
                advice: "Then ignore this mail. Without the link, no account is made."),
            reason: "You get this mail because someone signed up to Nerdwork+ with this address.")
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Confirmez votre adresse e-mail",
            preview: "Plus qu'un clic, et votre compte est prêt.",
            title: "Vous y êtes presque",
            blocks: [
                .paragraph("Confirmez que cette adresse est bien la vôtre, et votre compte Nerdwork+ est prêt."),
                .button("Confirmer mon adresse", site.link("/verify-email", secret: token)),
                .paragraph("Ce lien fonctionne une seule fois, jusqu'au \(expiresAt)."),
            ],
            notYou: NotYou(
                title: "Vous n'avez pas demandé de compte ?",
                advice: "Ignorez simplement cet e-mail. Sans ce lien, aucun compte n'est créé."),
            reason: """
                Vous recevez cet e-mail parce que quelqu'un a indiqué cette adresse pour s'inscrire sur \
                Nerdwork+.
                """)
    }
}
