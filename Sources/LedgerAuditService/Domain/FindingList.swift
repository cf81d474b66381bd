/// Findings, all counted, the first ones of each kind kept.
package struct FindingList: Sendable {
    /// How many of one kind a report shows.
    package static let keptPerCode = 20

    /// How many there are of each kind.
    package private(set) var counts: [FindingCode: Int64] = [:]
    /// At most `keptPerCode` of each kind.
    package private(set) var examples: [Finding] = []

    package init() {}

    package var total: Int64 { counts.values.reduce(0, +) }

    /// Adds a finding that stands for itself.
    mutating func append(_ finding: Finding) {
        keep(finding)
        counts[finding.code, default: 0] += 1
    }

    /// Adds examples of a kind of which there are `count`.
    mutating func append(_ findings: [Finding], of code: FindingCode, count: Int64) {
        for finding in findings { keep(finding) }
        counts[code, default: 0] += count
    }

    /// At most `limit` examples: the first of each kind, then the second of each, and so on.
    func examples(atMost limit: Int) -> [Finding] {
        var places: [FindingCode: Int] = [:]
        let placed = examples.enumerated().map { index, finding in
            let place = places[finding.code, default: 0]
            places[finding.code] = place + 1
            return (place: place, index: index, finding: finding)
        }
        let chosen = placed.sorted { ($0.place, $0.index) < ($1.place, $1.index) }.prefix(limit)
        return chosen.sorted { $0.index < $1.index }.map(\.finding)
    }

    /// Whether one of these kinds was found.
    func contains(anyOf codes: Set<FindingCode>) -> Bool {
        codes.contains { counts[$0] != nil }
    }

    private mutating func keep(_ finding: Finding) {
        if examples.count(where: { $0.code == finding.code }) < Self.keptPerCode { examples.append(finding) }
    }
}
