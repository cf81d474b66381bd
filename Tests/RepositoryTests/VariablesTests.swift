import Testing

/// Environment variables that the code knows by name are in the documentation.
@Suite("Environment variables")
struct VariablesTests {
    @Test("Every one that the functions know is in docs/configuration.md")
    func functions() throws {
        let sources = try Repository.swiftSources(except: ["LocalPlatform", "LocalRuntimeAPI"])
        let page = try Repository.text("docs/configuration.md")
        // A text in capitals with an underscore, or one of libpq's.
        let names = Set(sources.matches(of: /"(PG[A-Z]+|_?[A-Z][A-Z0-9]*_[A-Z0-9_]+)"/).map { String($0.1) })
        #expect(names.count >= 20)
        for name in names.sorted() { #expect(page.contains("`\(name)`"), "\(name) is not documented") }
    }

    @Test("Every one of the tests and scripts is in docs/testing.md or docs/configuration.md")
    func testsAndScripts() throws {
        let pages = try Repository.text("docs/testing.md") + Repository.text("docs/configuration.md")
        let folders = ["Tests/", "scripts/", ".ci/"]
        for file in try Repository.files() where folders.contains(where: file.hasPrefix) {
            for match in try Repository.text(file).matches(of: /(?:NERDWORK|RUNTIME)_[A-Z]+_[A-Z_]*[A-Z]/)
            where !match.0.hasPrefix("NERDWORK_CC") {
                #expect(pages.contains("`\(match.0)"), "\(match.0) of \(file) is not documented")
            }
        }
    }
}
