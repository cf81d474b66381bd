internal import Codecs
internal import Mail

/// A sentence of a mail: words from the source, and values that are written as the language has them.
struct Phrase: ExpressibleByStringInterpolation, Sendable {
    enum Piece: Sendable {
        /// Words from a literal.
        case words(StaticString)
        case moment(Timestamp)
        case day(UTCDay)
        /// Without its year.
        case shortDay(UTCDay)
        case number(Quantity)
        case amount(Quantity)
        /// What a person or another system wrote.
        case foreign(String)
    }

    let pieces: [Piece]

    init(stringLiteral value: StaticString) {
        pieces = [.words(value)]
    }

    init(stringInterpolation interpolation: Interpolation) {
        pieces = interpolation.pieces
    }

    struct Interpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        mutating func appendLiteral(_ literal: StaticString) {
            pieces.append(.words(literal))
        }

        mutating func appendInterpolation(_ time: Timestamp) {
            pieces.append(.moment(time))
        }

        mutating func appendInterpolation(_ day: UTCDay) {
            pieces.append(.day(day))
        }

        /// Without its year, its month shortened.
        mutating func appendInterpolation(short day: UTCDay) {
            pieces.append(.shortDay(day))
        }

        mutating func appendInterpolation(_ number: Int) {
            pieces.append(.number(Quantity(Int64(number))))
        }

        mutating func appendInterpolation(_ quantity: Quantity) {
            pieces.append(.number(quantity))
        }

        /// With its unit, NWT.
        mutating func appendInterpolation(amount: Quantity) {
            pieces.append(.amount(amount))
        }

        mutating func appendInterpolation(_ text: UserText) {
            pieces.append(.foreign(text.text))
        }

        /// What another check has made harmless already.
        mutating func appendInterpolation(inert text: String) {
            pieces.append(.foreign(text))
        }

        mutating func appendInterpolation(_ identifier: UUID) {
            pieces.append(.foreign(identifier.description))
        }
    }
}
