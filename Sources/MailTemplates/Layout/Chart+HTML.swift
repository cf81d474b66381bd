internal import Mail

extension Chart {
    /// Bars that are table cells, wide in proportion; the number beside each bar says the same.
    func html(in locale: MailLocale) -> HTML {
        let rows = bars.map { bar -> HTML in
            """
            <tr><th scope="row" class="muted"\(style: Styles.barLabel)>\(bar.label.html(in: locale))</th>\
            <td\(style: Styles.barTrack)>\(Self.bar(percent: percent(bar)))</td>\
            <td class="ink"\(style: Styles.barAmount)>\(locale.format(bar.amount))</td>\
            <td class="muted"\(style: Styles.barCount)>\(locale.format(bar.count))</td></tr>
            """
        }
        return """
            <table width="100%" cellpadding="0" cellspacing="0" border="0"\
            \(attribute: .label, name.plain(in: locale).text)\(style: Styles.facts)>
            <tr>\(headings(locale))</tr>
            \(HTML(joining: rows, separator: "\n"))
            </table>
            """
    }

    private func headings(_ locale: MailLocale) -> HTML {
        let words = columns.map { $0.html(in: locale) }
        guard words.count == 3 else { return "" }
        return """
            <th scope="col" class="muted"\(style: Styles.columnHeading)>\(words[0])</th><td></td>\
            <th scope="col" class="muted"\(style: Styles.columnHeading + Styles.numeric)>\(words[1])</th>\
            <th scope="col" class="muted"\(style: Styles.columnHeading + Styles.numeric)>\(words[2])</th>
            """
    }

    /// One line for each day, with a bar of `#` signs.
    func plain(in locale: MailLocale) -> PlainText {
        let heading = PlainText(joining: columns.map { $0.plain(in: locale) }, separator: " | ")
        let lines = bars.map { bar -> PlainText in
            let signs = String(repeating: "#", count: percent(bar) / 5)
            let cells: [PlainText] = [
                bar.label.plain(in: locale), "\(locale.format(bar.amount))", "\(locale.format(bar.count))", "\(signs)",
            ]
            return PlainText(joining: signs.isEmpty ? Array(cells.dropLast()) : cells, separator: " | ")
        }
        return PlainText(joining: [heading] + lines, separator: "\n")
    }

    private static func bar(percent: Int) -> HTML {
        guard percent > 0 else { return "" }
        return """
            <table role="presentation"\(attribute: .width, "\(percent)%") cellpadding="0" cellspacing="0" border="0">\
            <tr><td class="bar"\(style: Styles.bar)>&nbsp;</td></tr></table>
            """
    }

    /// 0 to 100, in proportion to the longest bar; what is not nothing is at least 1.
    private func percent(_ bar: Bar) -> Int {
        let longest = Double(bars.map(\.amount.approximate).max() ?? 0)
        let amount = Double(bar.amount.approximate)
        guard longest > 0, amount > 0 else { return 0 }
        return max(1, Int(amount / longest * 100))
    }
}
