/// The few words that the layout itself says.
struct LayoutWords: Sendable {
    let locale: MailLocale

    /// Above the address of a button.
    var bareLink: Phrase {
        switch locale {
        case .english: "If the button does not work, copy this address into your browser:"
        case .french: "Si le bouton ne marche pas, copiez cette adresse dans votre navigateur :"
        }
    }

    var unsubscribe: Phrase {
        switch locale {
        case .english: "Stop these mails"
        case .french: "Ne plus recevoir ces e-mails"
        }
    }
}
