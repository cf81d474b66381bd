internal import Mail

extension Table {
    func html(in locale: MailLocale) -> HTML {
        let lines = rows.map { row -> HTML in "<tr>\(cells(row, locale))</tr>" }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0"\(style: Styles.facts)>
            <tr>\(headingCells(locale))</tr>
            \(HTML(joining: lines, separator: "\n"))
            </table>
            """
    }

    private func headingCells(_ locale: MailLocale) -> HTML {
        HTML(
            joining: headings.enumerated().map { position, heading in
                """
                <th scope="col" class="muted line"\(style: style(position, Styles.columnHeading))>\
                \(heading.html(in: locale))</th>
                """
            })
    }

    private func cells(_ row: [Phrase], _ locale: MailLocale) -> HTML {
        HTML(
            joining: row.enumerated().map { position, cell in
                """
                <td class="ink line"\(style: style(position, Styles.cell))>\(cell.html(in: locale))</td>
                """
            })
    }

    private func style(_ position: Int, _ base: HTMLStyle) -> HTMLStyle {
        switch position {
        case 0: isNumeric ? base : base + Styles.firstOfTexts
        default: isNumeric ? base + Styles.numeric : base
        }
    }
}
