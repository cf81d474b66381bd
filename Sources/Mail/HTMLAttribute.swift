/// Attributes that may hold a value: none of them is an address, a style or a script.
package enum HTMLAttribute: String, Sendable {
    case language = "lang"
    case direction = "dir"
    case width
    case label = "aria-label"
}

/// Declarations of an inline style, from literals only.
package struct HTMLStyle: ExpressibleByStringLiteral, Sendable {
    package let text: String

    /// No double quote may stand in it; the tests look at every style that is written.
    package init(stringLiteral value: StaticString) {
        text = value.description
    }

    private init(_ text: String) {
        self.text = text
    }

    /// Both styles, the later one's declarations last.
    package static func + (left: HTMLStyle, right: HTMLStyle) -> HTMLStyle {
        HTMLStyle(left.text + ";" + right.text)
    }
}
