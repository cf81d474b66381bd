internal import Mail

extension MailPage {
    /// The plain part: the same information from top to bottom, each paragraph in one line.
    func plain(unsubscribe: Link?) -> PlainText {
        var parts: [PlainText] = ["Nerdwork+", content.title.plain(in: locale)]
        parts += content.blocks.map { $0.plain(in: locale) }
        parts.append(content.notYou.plain(in: locale))
        parts.append("-- \n\(content.reason.plain(in: locale))")
        if let unsubscribe { parts.append(words.labelled(words.unsubscribe, unsubscribe)) }
        return "\(PlainText(joining: parts, separator: "\n\n"))\n"
    }
}
