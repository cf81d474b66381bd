import Codecs
import ServiceKit
import StrictJSON

/// A language tag such as `en` or `fr-CA` (RFC 5646), as far as its form goes.
struct LocaleTag: Hashable, Sendable {
    let text: String

    static let english = LocaleTag(valid: "en")

    private init(valid text: String) {
        self.text = text
    }

    /// - Parameter pointer: the member's place in the body (RFC 6901)
    /// - Throws: `Problem` 422 `invalid_locale`.
    init(_ text: String, at pointer: String = "/locale") throws(Problem) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.utf8.count <= 35, let language = parts.first, (2...3).contains(language.count),
            language.allSatisfy(ASCII.isLetter),
            parts.dropFirst().allSatisfy({ (1...8).contains($0.count) && $0.allSatisfy(ASCII.isLetterOrDigit) })
        else { throw .unprocessable("invalid_locale", pointer: pointer, code: "invalid") }
        self.text = text
    }

    /// The same from a member of a body; 422 where it is no text.
    init(json value: JSONValue, at pointer: String = "/locale") throws(Problem) {
        let text: String
        do throws(JSONError) {
            text = try value.string(maximumBytes: 1_024)
        } catch {
            throw Problem(error)
        }
        try self.init(text, at: pointer)
    }
}
