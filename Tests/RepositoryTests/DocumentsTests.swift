internal import LocalPlatform
import Testing

/// What documents name exists: files, sections, commands, routes, figures.
@Suite("The documents")
struct DocumentsTests {
    private static func documents() throws -> [String] {
        try Repository.files().filter { $0.hasSuffix(".md") }
    }

    /// `NNNN` stands for a number, and `hello` for a function, that is still to be given.
    @Test("Every script, event, page and source file that a document names exists, in text and in examples")
    func files() throws {
        let documents = try Self.documents()
        #expect(documents.count >= 6)
        for document in documents {
            let path =
                /(?:^|[\s`"'(])((?:scripts|events|docs|Sources|Tests|Benchmarks|\.ci|\.github)\/[A-Za-z0-9_.+\/-]*[A-Za-z0-9])/
            for match in try Repository.text(document).matches(of: path.anchorsMatchLineEndings()) {
                let isThere = ["", "\(Files.parent(of: document))/"].contains {
                    Files.exists("\(Repository.root)/\($0)\(match.1)")
                }
                let isExample = match.1.contains("NNNN") || match.1.lowercased().contains("hello")
                #expect(isThere || isExample, "\(document) names \(match.1)")
            }
        }
    }

    @Test("Every link leads to a file, and to a section of it where it names one")
    func links() throws {
        let sections = try Dictionary(
            uniqueKeysWithValues: Self.documents().map { ($0, try Self.sections(of: Repository.text($0))) })
        var named = 0
        for document in sections.keys {
            for part in try Repository.text(document).split(separator: "](").dropFirst() {
                let link = part.prefix { $0 != ")" }
                if link.contains(":") { continue }
                let halves = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target = halves[0].isEmpty ? document : Self.path(String(halves[0]), from: document)
                #expect(Files.exists("\(Repository.root)/\(target)"), "\(document) links to \(link)")
                guard halves.count == 2 else { continue }
                named += 1
                #expect(sections[target]?.contains(String(halves[1])) == true, "\(document) links to \(link)")
            }
        }
        #expect(named >= 20)
    }

    /// A link's path as seen from the repository's root.
    private static func path(_ link: String, from document: String) -> String {
        var parts = document.split(separator: "/").dropLast()
        for part in link.split(separator: "/") {
            if part == ".." { parts = parts.dropLast() } else { parts.append(part) }
        }
        return parts.joined(separator: "/")
    }

    /// The names that GitHub gives to a page's headings.
    private static func sections(of text: String) -> Set<String> {
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") && $0.contains("# ") }
        return Set(
            headings.map { heading in
                let words = heading.drop { $0 == "#" }.dropFirst()
                let kept = words.lowercased().filter { $0.isLetter || $0.isNumber || "_ -".contains($0) }
                return String(kept.map { $0 == " " ? "-" : $0 })
            })
    }

    @Test("Every option of a script that an example shows is one that the scripts know")
    func options() throws {
        let scripts = try Repository.files().filter { $0.hasPrefix("scripts/") && !$0.hasSuffix(".txt") }
        let known = try scripts.map { try Repository.text($0) }.joined()
        var shown = 0
        for document in try Self.documents() {
            for line in try Repository.text(document).matches(of: /(?m)^\s*(?:python3 )?scripts\/[^#\n|]+/) {
                for option in line.0.matches(of: /--[a-z-]+/) where option.0 != "--filter" {
                    shown += 1
                    #expect(known.contains(option.0), "\(document): \(line.0)")
                }
            }
        }
        #expect(shown >= 10)
    }

    @Test("Every route that a document names is one of the documented ones")
    func routes() throws {
        let paths = try Repository.tree("docs/openapi.json")["paths"]?.members ?? []
        let routes = Set(
            paths.flatMap { path in path.value.members.map { "\($0.name.uppercased()) \(path.name)" } })
        for document in try Self.documents() {
            // Of the Runtime API, which is not ours, are those that begin with its date; `hello` is still to be added.
            for match in try Repository.text(document).matches(of: /`((?:GET|POST|PUT|PATCH|DELETE) \/[^`\s?*…]*)[`?]/)
            where !match.1.contains("/2018-06-01/") && match.1 != "GET /hello" {
                #expect(routes.contains(String(match.1)), "\(document) names \(match.1)")
            }
        }
    }

    @Test("Every figure of the README's table stands on the page that its row names")
    func figures() throws {
        let rows = try Repository.text("README.md").matches(
            of: /(?m)^\| [^|]+ \| ([^|]*\d[^|]*) \| `scripts\/[^|]+` \| \[[^\]]*\]\(([^)#]+)#[^)]*\) \|$/)
        #expect(rows.count >= 5)
        for row in rows {
            let page = try Repository.text(String(row.2))
            for figure in row.1.matches(of: /\d[\d.,]*\d|\d\d/) {
                #expect(page.contains(figure.0), "\(row.2) does not have \(figure.0)")
            }
        }
    }
}
