internal import Mail

extension Block {
    func html(in locale: MailLocale) -> HTML {
        switch self {
        case .paragraph(let phrase): "<p class=\"ink\"\(style: Styles.paragraph)>\(phrase.html(in: locale))</p>"
        case .heading(let phrase): "<h2 class=\"ink\"\(style: Styles.heading)>\(phrase.html(in: locale))</h2>"
        case .button(let label, let link): Self.button(label, link, locale)
        case .facts(let facts): Self.facts(facts, locale)
        case .table(let table): table.html(in: locale)
        case .chart(let chart): chart.html(in: locale)
        }
    }

    /// A table cell rather than a padded link, since Outlook pads only cells; the bare address stands below it.
    private static func button(_ label: Phrase, _ link: Link, _ locale: MailLocale) -> HTML {
        """
        <table role="presentation" cellpadding="0" cellspacing="0" border="0"\(style: Styles.buttonTable)>
        <tr><td class="button"\(style: Styles.buttonCell)>\
        <a class="button-text"\(link: link)\(style: Styles.button)>\(label.html(in: locale))</a></td></tr>
        </table>
        <p class="muted"\(style: Styles.small)>\(LayoutWords(locale: locale).bareLink.html(in: locale))<br>\
        <a class="link"\(link: link)\(style: Styles.bareLink)>\(link.text)</a></p>
        """
    }

    private static func facts(_ facts: [Fact], _ locale: MailLocale) -> HTML {
        let rows = facts.map { fact -> HTML in
            """
            <tr><th scope="row" class="muted line"\(style: Styles.factName)>\(fact.name.html(in: locale))</th>\
            <td class="ink line"\(style: Styles.factValue)>\(fact.value.html(in: locale))</td></tr>
            """
        }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0"\(style: Styles.facts)>
            \(HTML(joining: rows, separator: "\n"))
            </table>
            """
    }
}

extension NotYou {
    func html(in locale: MailLocale) -> HTML {
        """
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"\(style: Styles.noteTable)>
        <tr><td class="note"\(style: Styles.note)>
        <p class="ink"\(style: Styles.noteTitle)>\(title.html(in: locale))</p>
        <p class="ink"\(style: Styles.noteText)>\(advice.html(in: locale))\(actionHTML(locale))</p>
        </td></tr>
        </table>
        """
    }

    private func actionHTML(_ locale: MailLocale) -> HTML {
        guard let action else { return "" }
        return """
            <br><a class="link"\(link: action.link)\(style: Styles.link)>\(action.label.html(in: locale))</a>
            """
    }
}
