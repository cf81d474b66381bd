import Testing

/// docs/error-codes.md against the code that uses the names.
@Suite("Error codes")
struct ErrorCodesTests {
    private let localTargets = ["LocalPlatform", "LocalRuntimeAPI", "invoke-local"]

    @Test("Every type of a function error is documented, and every documented one is used")
    func functionErrors() throws {
        let page = try Repository.text("docs/error-codes.md")
        let sources = try Repository.swiftSources(except: localTargets)
        let documented = page.matches(of: /\n\| `((?:Function|Runtime)\.[A-Za-z]+)` \|/).map { String($0.1) }
        let used = sources.matches(of: /"((?:Function|Runtime)\.[A-Z][A-Za-z]+)"/).map { String($0.1) }
        #expect(documented.count >= 14)
        #expect(Set(documented) == Set(used))
        #expect(Set(documented).count == documented.count)
    }

    @Test("Every code of a problem is documented, and every documented one is used")
    func problems() throws {
        let page = try Repository.text("docs/error-codes.md")
        let documented = Set(page.matches(of: /\n\| \d{3} \| `([a-z_]+)` \|/).map { String($0.1) })
        let sources = try Repository.swiftSources(except: localTargets)
        let direct = sources.matches(of: /Problem\(\s*status: (?:\d{3}|status), code: "([a-z_]+)"/).map { String($0.1) }
        let members = sources.matches(of: /unprocessable\(\s*(?:_ problem: String = )?"([a-z_]+)"/).map { String($0.1) }
        #expect(documented.count >= 18)
        #expect(documented == Set(direct + members))
    }

    @Test("The ledger's SQLSTATEs are those of the SQL, of LedgerError and of the documentation")
    func states() throws {
        func states(in text: String) -> Set<String> { Set(text.matches(of: /NW\d{3}/).map { String($0.0) }) }
        let documented = states(in: try Repository.text("docs/error-codes.md"))
        #expect(documented.count >= 9)
        #expect(states(in: try Repository.text("Sources/Ledger/LedgerError.swift")) == documented)
        let folder = "Sources/Migrations/SQL"
        let sql = try Repository.files().filter { $0.hasPrefix(folder) }.map { try Repository.text($0) }.joined()
        #expect(states(in: sql) == documented)
    }
}
