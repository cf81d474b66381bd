internal import Mail

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

    /// As the language writes it behind a word.
    var colon: PlainText {
        switch locale {
        case .english: ":"
        case .french: "\u{202F}:"
        }
    }

    /// A label, and the address on the next line.
    func labelled(_ label: Phrase, _ link: Link) -> PlainText {
        "\(label.plain(in: locale))\(colon)\n\(link)"
    }

    var unsubscribe: Phrase {
        switch locale {
        case .english: "Stop these mails"
        case .french: "Ne plus recevoir ces e-mails"
        }
    }
}
