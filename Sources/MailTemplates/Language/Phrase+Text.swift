internal import Mail

extension Phrase.Piece {
    /// The piece in the language, before it is escaped for where it goes.
    func text(in locale: MailLocale) -> String {
        switch self {
        case .words(let words): Typography.typeset(words.description, in: locale)
        case .moment(let time): locale.format(time)
        case .day(let day): locale.format(day)
        case .shortDay(let day): locale.format(short: day)
        case .number(let number): locale.format(number)
        case .amount(let amount): locale.format(amount: amount)
        case .foreign(let text): text
        }
    }
}

extension Phrase {
    /// For the plain part.
    func plain(in locale: MailLocale) -> PlainText {
        PlainText(joining: pieces.map { "\($0.text(in: locale))" })
    }

    /// For markup; what others wrote is isolated, so that its direction ends with it.
    func html(in locale: MailLocale) -> HTML {
        HTML(
            joining: pieces.map { piece in
                if case .foreign(let text) = piece { return "<bdi>\(text)</bdi>" }
                return "\(piece.text(in: locale))"
            })
    }
}
