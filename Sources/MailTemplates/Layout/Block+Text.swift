internal import Mail

extension Block {
    func plain(in locale: MailLocale) -> PlainText {
        switch self {
        case .paragraph(let phrase): phrase.plain(in: locale)
        case .heading(let phrase): "\(phrase.plain(in: locale))\n----------"
        case .button(let label, let link): "\(label.plain(in: locale)):\n\(link)"
        case .facts(let facts): Self.lines(facts.map { [$0.name, $0.value] }, locale)
        case .table(let table): Self.lines([table.headings] + table.rows, locale)
        case .chart(let chart): chart.plain(in: locale)
        }
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
        return "\(text)\n\(action.label.plain(in: locale)):\n\(action.link)"
    }
}
