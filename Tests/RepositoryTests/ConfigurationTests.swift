internal import LocalPlatform
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    /// The variables in the first table of docs/configuration.md, with the functions that read them.
    private func documented() throws -> [(name: String, readers: [String])] {
        let page = try Repository.text("docs/configuration.md")
        let section = page.split(separator: "## ")[1]
        return section.split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.trimming() }
            guard cells.count == 3, cells[0].hasPrefix("`") else { return nil }
            let readers = cells[1].split(separator: ",").map { String($0.trimming()) }
            return (String(cells[0].dropFirst().dropLast()), readers)
        }
    }

    @Test("Each function of the template sets exactly the variables that the documentation says it reads")
    func templateEqualsDocumentation() throws {
        let documented = try documented()
        #expect(documented.count >= 8)
        for function in try Repository.template().functions {
            let hasDatabase = function.environment["PGHOST"] != nil
            let expected = documented.filter {
                hasDatabase && $0.readers == ["all"] || $0.readers.contains(function.name)
            }.map(\.name)
            #expect(Set(function.environment.keys) == Set(expected), "\(function.name)")
        }
    }

    @Test("Every variable of the template is read by the code")
    func templateIsRead() throws {
        let sources = try Repository.swiftSources(except: ["LocalPlatform", "LocalRuntimeAPI", "invoke-local"])
        for name in Set(
            try Repository.template().functions.flatMap(\.environment.keys))
        {
            let isRead = sources.contains("\"\(name)\"")
            #expect(isRead, "\(name) is read nowhere")
        }
    }

    @Test("Every sample event is in the documentation's table, and every one there exists")
    func eventsAreDocumented() throws {
        let page = try Repository.text("docs/configuration.md")
        let named = page.matches(of: /\| `events\/([a-z-]+\.json)` \| ([a-z-]+) \|/)
        #expect(named.map { String($0.1) }.sorted() == Files.names(in: "\(Repository.root)/events"))
        let functions = Set(try Repository.template().functions.map(\.name))
        for match in named { #expect(functions.contains(String(match.2)), "\(match.1)") }
    }
}

extension Repository {
    /// The text of all production sources.
    static func swiftSources(except excluded: [String]) throws -> String {
        var text = ""
        for target in Files.names(in: "\(root)/Sources") where !excluded.contains(target) {
            text += try swiftText(in: "Sources/\(target)")
        }
        return text
    }

    private static func swiftText(in folder: String) throws -> String {
        var text = ""
        for name in Files.names(in: "\(root)/\(folder)") {
            if name.hasSuffix(".swift") {
                text += try self.text("\(folder)/\(name)")
            } else if !name.contains(".") {
                text += try swiftText(in: "\(folder)/\(name)")
            }
        }
        return text
    }
}

extension Substring {
    fileprivate func trimming() -> Substring {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}
