internal import Mail

/// What a mail says, before it becomes markup or plain text: both are made from this, so both say the same.
struct MailContent: Sendable {
    let subject: MailSubject
    /// What lists of mails show behind the subject.
    let preview: Phrase
    let title: Phrase
    let blocks: [Block]
    /// What to do when the reader did not cause the mail; there is no mail without it.
    let notYou: NotYou
    /// Why this reader gets this mail.
    let reason: Phrase
}

/// A part of a mail, from top to bottom.
enum Block: Sendable {
    case paragraph(Phrase)
    case heading(Phrase)
    case button(Phrase, Link)
    case facts([Fact])
    case table(Table)
    case chart(Chart)
}

/// A name and its value: `Device` and `Firefox on Linux`.
struct Fact: Sendable {
    let name: Phrase
    let value: Phrase

    init(_ name: Phrase, _ value: Phrase) {
        self.name = name
        self.value = value
    }
}

/// The box at the end for a reader who did not expect the mail.
struct NotYou: Sendable {
    let title: Phrase
    let advice: Phrase
    /// Where to act; nil where ignoring the mail is enough.
    var action: (label: Phrase, link: Link)?
}

/// Rows below headings; the second column holds numbers where `isNumeric`.
struct Table: Sendable {
    let headings: [Phrase]
    let rows: [[Phrase]]
    var isNumeric = false
}

/// One bar for each day, with its numbers beside it.
struct Chart: Sendable {
    struct Bar: Sendable {
        let label: Phrase
        let amount: Quantity
        let count: Quantity
    }

    let name: Phrase
    /// Headings: of the labels, the amounts and the counts.
    let columns: [Phrase]
    let bars: [Bar]
}
