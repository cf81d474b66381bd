/// A line that a person wrote (a display name, a device's label), made harmless for any place in a mail.
///
/// Nothing in it is invisible, turns the writing direction or piles up marks, and no mail program makes a link of it.
package struct UserText: Hashable, Sendable {
    /// One line.
    package let text: String

    /// How long a name or a label may be, in Unicode scalars; the limit in bytes is four times as high.
    package static let maximumScalars = 64

    /// Nil where nothing readable is left.
    ///
    /// What is too long is cut, with an ellipsis.
    /// Cleaning what is clean changes nothing, so that a stored text may be read again.
    package init?(_ text: String, maximumScalars: Int = Self.maximumScalars) {
        let visible = UserTextCleaning.visible(text.unicodeScalars)
        guard visible.contains(where: { $0.properties.generalCategory.isReadable }) else { return nil }
        self.text = UserTextCleaning.shortened(UserTextCleaning.inert(visible), to: maximumScalars)
    }
}

extension Unicode.GeneralCategory {
    /// Letters, numbers and symbols (emoji among them): a name has at least one.
    fileprivate var isReadable: Bool {
        switch self {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .mathSymbol, .currencySymbol, .otherSymbol:
            true
        default: false
        }
    }
}
