internal import Mail

/// Tells an owner that someone signed up with the address of an existing account.
package struct AlreadyRegisteredMail: Sendable, MailBody {
    package init() {}

    var kind: MailKind { MailKind("already-registered", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "You already have an account",
            preview: "Someone signed up with your address.",
            title: "You already have an account",
            blocks: [
                .paragraph(
                    """
                    Someone tried to sign up to Nerdwork+ with this address. It already belongs to your account, \
                    so nothing was changed.
                    """),
                .button("Sign in", site.link("/sign-in")),
                .paragraph("If you forgot your password, you can set a new one on the same page."),
            ],
            notYou: NotYou(
                title: "Not you?",
                advice: """
                    There is nothing to do. Whoever it was did not get in, and was not told that you have an \
                    account.
                    """),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Vous avez déjà un compte",
            preview: "Quelqu'un a utilisé votre adresse pour s'inscrire.",
            title: "Vous avez déjà un compte",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un a voulu s'inscrire sur Nerdwork+ avec cette adresse. Elle est déjà celle de votre \
                    compte : rien n'a changé.
                    """),
                .button("Me connecter", site.link("/sign-in")),
                .paragraph(
                    """
                    Si vous avez oublié votre mot de passe, vous pouvez en choisir un nouveau sur la même page.
                    """),
            ],
            notYou: NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Vous n'avez rien à faire. Cette personne n'est pas entrée dans votre compte et n'a pas \
                    appris que vous en avez un.
                    """),
            reason: MailContent.accountReason(.french))
    }
}
