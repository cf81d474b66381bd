internal import Mail

extension Block {
    func plain(in locale: MailLocale) -> PlainText {
        switch self {
        case .paragraph(let phrase): phrase.plain(in: locale)
        case .heading(let phrase): "\(phrase.plain(in: locale))\n----------"
        case .button(let label, let link): LayoutWords(locale: locale).labelled(label, link)
        case .facts(let facts): Self.facts(facts, locale)
        case .table(let table): Self.lines([table.headings] + table.rows, locale)
        case .chart(let chart): chart.plain(in: locale)
        }
    }

    private static func facts(_ facts: [Fact], _ locale: MailLocale) -> PlainText {
        let words = LayoutWords(locale: locale)
        let lines = facts.map { fact -> PlainText in
            "\(fact.name.plain(in: locale))\(words.colon) \(fact.value.plain(in: locale))"
        }
        return PlainText(joining: lines, separator: "\n")
    }

    /// Cells with bars between them: aligned columns would need a fixed-width font.
    private static func lines(_ rows: [[Phrase]], _ locale: MailLocale) -> PlainText {
        let lines = rows.map { row in PlainText(joining: row.map { $0.plain(in: locale) }, separator: " | ") }
        return PlainText(joining: lines, separator: "\n")
    }
}

extension NotYou {
    func plain(in locale: MailLocale) -> PlainText {
        let text: PlainText = "\(title.plain(in: locale))\n\(advice.plain(in: locale))"
        guard let action else { return text }
        return "\(text)\n\(LayoutWords(locale: locale).labelled(action.label, action.link))"
    }
}
