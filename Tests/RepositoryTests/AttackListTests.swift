import Testing

/// The attacks that the auth service must withstand, each with a number that begins the names of its tests.
struct AttackListTests {
    /// All but passkeys (A21, G69), which are not part of the service, and C33: what time tells, which
    /// `scripts/bench-auth` measures.
    private static let numbers: [(letter: String, numbers: [Int])] = [
        ("A", Array(1...20)), ("B", Array(22...32)), ("C", Array(34...46)), ("D", Array(47...58)),
        ("E", Array(59...61)),
        ("F", Array(62...65)), ("G", [66, 67, 68, 70, 71]), ("H", Array(72...75)), ("I", Array(76...80)),
    ]

    @Test("Every attack of the list has a test")
    func complete() throws {
        let tested = try Set(names().compactMap(Self.number))
        let missing = Self.numbers.flatMap { row in row.numbers.map { "\(row.letter)\($0)" } }.filter {
            !tested.contains($0)
        }
        #expect(missing.isEmpty)
    }

    @Test("Every test that docs/threat-model.md names exists")
    func named() throws {
        let page = try Repository.text("docs/threat-model.md")
        let named = page.matches(of: /\b[A-I][1-9][0-9]?\b/).map { String($0.output) }
        try #require(named.count > 50)
        let tested = try Set(names().compactMap(Self.number))
        #expect(Set(named).subtracting(tested).isEmpty)
    }

    /// `B23` of `B23: fifty refreshes at once rotate once`.
    private static func number(_ name: String) -> String? {
        name.prefixMatch(of: #/([A-I][1-9][0-9]?): /#).map { String($0.output.1) }
    }

    /// The names of all tests.
    private func names() throws -> [String] {
        let files = try Repository.files().filter { $0.hasPrefix("Tests/") && $0.hasSuffix(".swift") }
        return try files.flatMap { path in
            try Repository.text(path).matches(of: #/@Test\(\s*"([^"]*)"/#).map { String($0.output.1) }
        }
    }
}
