internal import Mail

/// A mail's content in the one layout that all mails share.
struct MailPage: Sendable {
    let content: MailContent
    let locale: MailLocale
    let site: BaseURL

    /// The whole document.
    func html(unsubscribe: Link?) -> HTML {
        """
        <!doctype html>
        <html\(attribute: .language, locale.rawValue) dir="ltr">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
        <title>\(content.subject.text)</title>
        \(Styles.sheet)
        </head>
        <body class="page"\(style: Styles.page)>
        <div class="preview"\(style: Styles.preview)>\(content.preview.html(in: locale))</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page"\(style: Styles.page)>
        <tr><td align="center" class="margin"\(style: Styles.margin)>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card"\(style: Styles.card)>
        <tr><td class="strip"\(style: Styles.strip)>\(wordmark)</td></tr>
        <tr><td class="pad"\(style: Styles.pad)>
        <h1 class="ink"\(style: Styles.title)>\(content.title.html(in: locale))</h1>
        \(HTML(joining: content.blocks.map { $0.html(in: locale) }, separator: "\n"))
        \(content.notYou.html(in: locale))
        </td></tr>
        </table>
        \(footer(unsubscribe))
        </td></tr>
        </table>
        </body>
        </html>

        """
    }

    private var wordmark: HTML {
        "<a\(link: site.link("/"))\(style: Styles.wordmark)>Nerdwork+</a>"
    }

    private func footer(_ unsubscribe: Link?) -> HTML {
        """
        <p class="muted"\(style: Styles.footer)>\(content.reason.html(in: locale))\(unsubscribing(unsubscribe))</p>
        """
    }

    private func unsubscribing(_ link: Link?) -> HTML {
        guard let link else { return "" }
        return "<br><a class=\"link\"\(link: link)\(style: Styles.link)>\(words.unsubscribe.html(in: locale))</a>"
    }

    var words: LayoutWords {
        LayoutWords(locale: locale)
    }
}
