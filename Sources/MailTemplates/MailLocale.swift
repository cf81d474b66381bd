/// The languages that mail is written in.
package enum MailLocale: String, CaseIterable, Sendable {
    case english = "en"
    case french = "fr"

    /// The language that a locale such as `fr-CI` or `en_US` asks for; English for every other.
    package init(tag: String) {
        let language = tag.utf8.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
        self = language.elementsEqual("fr".utf8) || language.elementsEqual("FR".utf8) ? .french : .english
    }
}
