/// A subject, from a literal only: it is the same for every reader of a template and a language.
package struct MailSubject: ExpressibleByStringLiteral, Hashable, Sendable {
    package let text: String

    package init(stringLiteral value: StaticString) {
        text = value.description
    }
}
