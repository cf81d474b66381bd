import Mail
import ServiceKit
import StrictJSON
@_spi(_Unicode) import Swift

/// The name that a person is shown by: one line, in Normalization Form C, without blanks at the ends, or empty.
///
/// It is refused where it is more than a name: links and addresses, invisible characters, markup, piles of marks. What
/// was accepted is still escaped or made inert wherever it is shown.
struct DisplayName: Hashable, Sendable {
    let text: String

    /// The longest name, in Unicode scalars.
    static let maximumScalars = UserText.maximumScalars
    /// The longest name, in bytes of its UTF-8.
    static let maximumBytes = 256

    static let empty = DisplayName(clean: "")

    private init(clean text: String) {
        self.text = text
    }

    /// - Parameter pointer: the member's place in the body (RFC 6901)
    /// - Throws: `Problem` 422 `invalid_name`, with `too_long` or `invalid`.
    init(_ text: String, at pointer: String = "/display_name") throws(Problem) {
        guard text.utf8.count <= 4 * Self.maximumBytes else { throw Self.tooLong(pointer) }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text._nfc)
        while view.first == " " { view.removeFirst() }
        while view.last == " " { view.removeLast() }
        guard view.count <= Self.maximumScalars, String(view).utf8.count <= Self.maximumBytes else {
            throw Self.tooLong(pointer)
        }
        let name = String(view)
        guard name.isEmpty || Self.isHarmless(name) else { throw Self.refusal(pointer, "invalid") }
        self.text = name
    }

    /// The same from a member of a body; 422 where it is no text.
    init(json value: JSONValue, at pointer: String = "/display_name") throws(Problem) {
        let text: String
        do throws(JSONError) {
            text = try value.string(maximumBytes: 4 * Self.maximumBytes)
        } catch {
            throw error.code == .range ? Self.tooLong(pointer) : Problem(error)
        }
        try self.init(text, at: pointer)
    }

    /// What a mail shows as it is but for blanks, no program takes for a link, and no page or template for its language.
    private static func isHarmless(_ name: String) -> Bool {
        guard let shown = UserText(name) else { return false }
        let scalars = name.unicodeScalars
        return withoutBlanks(shown.text).elementsEqual(withoutBlanks(name))
            && !scalars.contains(where: forbidden.contains) && !namesHost(scalars)
    }

    private static func withoutBlanks(_ text: String) -> [Unicode.Scalar] {
        text.unicodeScalars.filter { $0 != " " }
    }

    /// Whether a full stop joins two words, as in `example.com`; in `J.R.R.` it joins letters.
    private static func namesHost(_ scalars: String.UnicodeScalarView) -> Bool {
        for word in scalars.split(separator: " ") {
            let parts = word.split(separator: ".", omittingEmptySubsequences: false)
            if zip(parts, parts.dropFirst()).contains(where: { $0.count > 1 && $1.count > 1 }) { return true }
        }
        return false
    }

    private static let forbidden: Set<Unicode.Scalar> = ["<", ">", "{", "}", "%", ":", "\\", "`", "\"", "@"]

    private static func tooLong(_ pointer: String) -> Problem {
        refusal(pointer, "too_long", max: maximumScalars)
    }

    private static func refusal(_ pointer: String, _ code: String, max: Int? = nil) -> Problem {
        .unprocessable("invalid_name", pointer: pointer, code: code, max: max)
    }
}
