package import Codecs
internal import Mail

/// Tells the owner that wrong passwords have paused signing in.
package struct LockoutMail: Sendable, MailBody {
    /// Nil where only a new password opens the account again.
    package let until: Timestamp?
    package let occurredAt: Timestamp

    package init(until: Timestamp?, occurredAt: Timestamp) {
        self.until = until
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("lockout", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Sign-in to your account is paused",
            preview: "Too many wrong passwords were tried.",
            title: "Sign-in is paused",
            blocks: [
                .paragraph(
                    """
                    Someone tried too many wrong passwords for your Nerdwork+ account. Nobody got in. To protect \
                    you, we do not take passwords for now.
                    """),
                .facts([.when(occurredAt, .english)]),
                .paragraph(
                    until.map { "You can try again from \($0), or set a new password right away." }
                        ?? "To sign in again, set a new password."),
                .button("Set a new password", site.link("/forgot-password")),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: "Your account is safe. If you use the same password elsewhere, choose a new one for each."),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Connexion à votre compte suspendue",
            preview: "Trop de mots de passe erronés ont été essayés.",
            title: "La connexion est suspendue",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un a essayé trop de mots de passe erronés pour votre compte Nerdwork+. Personne n'est \
                    entré. Pour vous protéger, nous n'acceptons plus de mot de passe pour le moment.
                    """),
                .facts([.when(occurredAt, .french)]),
                .paragraph(
                    until.map {
                        "Vous pourrez réessayer à partir du \($0), ou choisir dès maintenant un nouveau mot de passe."
                    }
                        ?? "Pour vous connecter à nouveau, choisissez un nouveau mot de passe."),
                .button("Changer mon mot de passe", site.link("/forgot-password")),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Votre compte est en sécurité. Si vous utilisez le même mot de passe ailleurs, choisissez-en \
                    un nouveau pour chaque site.
                    """),
            reason: MailContent.accountReason(.french))
    }
}
