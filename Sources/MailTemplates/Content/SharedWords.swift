internal import Codecs
internal import Mail

extension Fact {
    static func when(_ time: Timestamp, _ locale: MailLocale) -> Fact {
        Fact(locale == .english ? "When" : "Date", "\(time)")
    }
}

extension NotYou {
    /// For changes that only the account's owner should make: a new password signs out everyone else.
    static func newPassword(_ locale: MailLocale, _ site: BaseURL) -> NotYou {
        let link = site.link("/forgot-password")
        switch locale {
        case .english:
            return NotYou(
                title: "Not you?",
                advice: "Someone may have got into your account. Set a new password now. That signs out every device.",
                action: ("Set a new password", link))
        case .french:
            return NotYou(
                title: "Ce n'était pas vous ?",
                advice: """
                    Quelqu'un a peut-être accès à votre compte. Choisissez tout de suite un nouveau mot de passe : \
                    tous les appareils seront déconnectés.
                    """,
                action: ("Choisir un nouveau mot de passe", link))
        }
    }

    /// For money that a reader got.
    static func mistake(_ locale: MailLocale, _ site: BaseURL) -> NotYou {
        let link = site.link("/help")
        switch locale {
        case .english:
            return NotYou(
                title: "Is something wrong?",
                advice: "If you think that this is a mistake, tell us and quote the reference above.",
                action: ("Get help", link))
        case .french:
            return NotYou(
                title: "Quelque chose ne va pas ?",
                advice: "Si vous pensez qu'il s'agit d'une erreur, écrivez-nous en indiquant la référence ci-dessus.",
                action: ("Obtenir de l'aide", link))
        }
    }

    /// For money that a reader paid.
    static func notBought(_ locale: MailLocale, _ site: BaseURL) -> NotYou {
        let link = site.link("/help")
        switch locale {
        case .english:
            return NotYou(
                title: "Didn't buy this?",
                advice: "Set a new password, then tell us and quote the reference above.",
                action: ("Get help", link))
        case .french:
            return NotYou(
                title: "Vous n'avez rien acheté ?",
                advice: "Changez votre mot de passe, puis écrivez-nous en indiquant la référence ci-dessus.",
                action: ("Obtenir de l'aide", link))
        }
    }
}

extension MailContent {
    /// Why a reader gets mail about the account; the same for all such mail.
    static func accountReason(_ locale: MailLocale) -> Phrase {
        switch locale {
        case .english: "You get this mail because it concerns the safety of your Nerdwork+ account."
        case .french: "Vous recevez cet e-mail parce qu'il concerne la sécurité de votre compte Nerdwork+."
        }
    }

    /// A mail about one transaction in the reader's wallet: what happened, the facts of it, and the way to the wallet.
    static func wallet(
        _ locale: MailLocale, _ site: BaseURL, _ movement: WalletMovement, subject: MailSubject, preview: Phrase,
        title: Phrase, sentence: Phrase, notYou: NotYou
    ) -> MailContent {
        MailContent(
            subject: subject, preview: preview, title: title,
            blocks: [
                .paragraph(sentence), .facts(movement.facts(locale)),
                .button(locale == .english ? "Open my wallet" : "Ouvrir mon portefeuille", site.link("/wallet")),
            ],
            notYou: notYou, reason: walletReason(locale))
    }

    private static func walletReason(_ locale: MailLocale) -> Phrase {
        switch locale {
        case .english: "You get this mail because NWT moved in your Nerdwork+ wallet."
        case .french:
            "Vous recevez cet e-mail parce qu'un mouvement de NWT a eu lieu dans votre portefeuille Nerdwork+."
        }
    }
}
