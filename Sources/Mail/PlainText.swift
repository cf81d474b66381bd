/// Text for the plain part: literals keep their line breaks, a value never adds one.
package struct PlainText: ExpressibleByStringInterpolation, Sendable {
    package private(set) var text: String

    package init(stringLiteral value: StaticString) {
        text = value.description
    }

    package init(stringInterpolation interpolation: Interpolation) {
        text = interpolation.text
    }

    /// The parts in a row.
    package init(joining parts: some Sequence<PlainText>, separator: PlainText = "") {
        text = parts.map(\.text).joined(separator: separator.text)
    }

    package static func += (left: inout PlainText, right: PlainText) {
        left.text += right.text
    }

    /// What the compiler feeds the pieces of a literal to.
    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 32 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) {
            text += literal.description
        }

        /// A value: what could end the line or turn its direction is left out.
        package mutating func appendInterpolation(_ value: String) {
            text.unicodeScalars.append(
                contentsOf: value.unicodeScalars.filter { !TextRules.isControl($0) && !Self.turns($0) })
        }

        package mutating func appendInterpolation(_ link: Link) {
            text += link.text
        }

        package mutating func appendInterpolation(_ other: PlainText) {
            text += other.text
        }

        /// Bidirectional embeddings, overrides and isolates (Unicode standard annex 9).
        private static func turns(_ scalar: Unicode.Scalar) -> Bool {
            [0x061C, 0x200E, 0x200F].contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
                || (0x2066...0x2069).contains(scalar.value)
        }
    }
}
