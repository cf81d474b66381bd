/// The first place of one kind where the books or their evidence do not hold.
package struct LedgerBreak: Equatable, Sendable {
    /// What was looked at, in the order of looking.
    package enum Area: String, CaseIterable, Sendable {
        case books
        case chains
        case tree
        case roots
        case anchors
    }

    package let area: Area
    /// Account, position and transaction, or the root.
    package let place: String
    package let detail: String

    init(_ area: Area, _ place: String, _ detail: String) {
        self.area = area
        self.place = place
        self.detail = detail
    }
}

extension LedgerBreak: Error, CustomStringConvertible {
    package var description: String { "\(place): \(detail)" }
}
