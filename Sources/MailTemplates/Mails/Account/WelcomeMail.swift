package import Mail

/// Greets a reader whose address is confirmed.
package struct WelcomeMail: Sendable, MailBody {
    /// Shown to its owner only, at an address that was confirmed.
    package let name: UserText?

    package init(name: UserText?) {
        self.name = name
    }

    var kind: MailKind { MailKind("welcome", .optional) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Welcome to Nerdwork+",
            preview: "Your account is ready.",
            title: name.map { "Welcome, \($0)!" } ?? "Welcome!",
            blocks: [
                .paragraph("Your address is confirmed and your account is ready."),
                .paragraph("Read comics, collect NWT for what you read, and tip the creators you like."),
                .button("Start reading", site.link("/comics")),
            ],
            notYou: NotYou(
                title: "Not your account?",
                advice: "Someone may have typed your address by mistake. Tell us, and we take it off the account.",
                action: ("Get help", site.link("/help"))),
            reason: "You get this mail because you opened a Nerdwork+ account.")
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Bienvenue sur Nerdwork+",
            preview: "Votre compte est prêt.",
            title: name.map { "Bienvenue, \($0) !" } ?? "Bienvenue !",
            blocks: [
                .paragraph("Votre adresse est confirmée et votre compte est prêt."),
                .paragraph(
                    """
                    Lisez des bandes dessinées, gagnez des NWT au fil de vos lectures et soutenez les auteurs \
                    que vous aimez.
                    """),
                .button("Commencer à lire", site.link("/comics")),
            ],
            notYou: NotYou(
                title: "Ce compte n'est pas le vôtre ?",
                advice: """
                    Quelqu'un a peut-être saisi votre adresse par erreur. Écrivez-nous, et nous la retirerons de \
                    ce compte.
                    """,
                action: ("Obtenir de l'aide", site.link("/help"))),
            reason: "Vous recevez cet e-mail parce que vous avez ouvert un compte Nerdwork+.")
    }
}
