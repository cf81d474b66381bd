/// Markup whose tags stand in the source: a literal is taken as it is, every value is escaped.
///
/// A value can stand between tags only; attributes are whole interpolations (`\(link:)`, `\(style:)`,
/// `\(attribute:_:)`), so that no value ever stands in an attribute that a literal opened.
package struct HTML: ExpressibleByStringInterpolation, Sendable {
    /// The markup so far, as UTF-8 text.
    package private(set) var markup: String

    /// A `StaticString` can be made from nothing but a literal.
    package init(stringLiteral value: StaticString) {
        markup = value.description
    }

    package init(stringInterpolation interpolation: Interpolation) {
        markup = interpolation.markup
    }

    /// The parts in a row.
    package init(joining parts: some Sequence<HTML>, separator: HTML = "") {
        markup = parts.map(\.markup).joined(separator: separator.markup)
    }

    package static func += (left: inout HTML, right: HTML) {
        left.markup += right.markup
    }

    /// What the compiler feeds the pieces of a literal to.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            markup.reserveCapacity(literalCapacity + 32 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            markup += literal.description
        }

        /// Text between tags.
        package mutating func appendInterpolation(_ text: String) {
            HTMLEscaping.append(text, to: &markup)
        }

        package mutating func appendInterpolation(_ html: HTML) {
            markup += html.markup
        }

        /// ` name="value"`; never for addresses or scripts, which have labels of their own or none at all.
        package mutating func appendInterpolation(attribute name: HTMLAttribute, _ value: String) {
            markup += " \(name.rawValue)=\""
            HTMLEscaping.append(value, to: &markup)
            markup += "\""
        }

        /// ` href="…"`.
        package mutating func appendInterpolation(link: Link) {
            markup += " href=\""
            HTMLEscaping.append(link.text, to: &markup)
            markup += "\""
        }

        /// ` style="…"`.
        package mutating func appendInterpolation(style: HTMLStyle) {
            markup += " style=\"\(style.text)\""
        }
    }
}
