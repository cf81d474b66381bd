internal import LocalPlatform
import Testing

@Suite("The files")
struct FilesTests {
    @Test("Are small, and hold nothing unfinished")
    func finished() throws {
        let files = try Repository.files()
        #expect(files.count > 300)
        for file in files {
            let content = try Files.read("\(Repository.root)/\(file)")
            #expect(content.count <= 512 << 10, "\(file) is too large")
            #expect(!file.hasSuffix("/Placeholder.swift"))
            // Put together, so that this file does not find itself.
            for word in ["TO" + "DO", "FIX" + "ME"] {
                let isFound = String(decoding: content, as: UTF8.self).contains(word)
                #expect(!isFound, "\(word) in \(file)")
            }
        }
    }

    /// `NNNN` stands for the number of a file that is still to be written.
    @Test("Every script, event, page and source file that a document names exists")
    func namesExist() throws {
        let documents = try Repository.files().filter { $0.hasSuffix(".md") }
        #expect(documents.count >= 6)
        for document in documents {
            let text = try Repository.text(document)
            for match in text.matches(of: /`((?:scripts|events|docs|Sources|Tests|\.ci)\/[A-Za-z0-9_.\/-]*[A-Za-z0-9])/)
            {
                let exists = match.1.contains("NNNN") || Files.exists("\(Repository.root)/\(match.1)")
                #expect(exists, "\(document) names \(match.1)")
            }
            for match in text.matches(of: /\]\(([A-Za-z0-9_.\/-]+)\)/) {
                let exists = Files.exists("\(Repository.root)/\(Files.parent(of: document))/\(match.1)")
                #expect(exists, "\(document) links to \(match.1)")
            }
        }
    }

    @Test("The products of the package are the template's functions and invoke-local")
    func products() throws {
        let package = try Repository.text("Package.swift")
        let products = package.matches(of: /\.executable\(name: "([a-z-]+)", targets/).map { String($0.1) }
        let functions = try Set(Repository.template().functions.map(\.package))
        #expect(products.sorted() == functions.union(["invoke-local"]).sorted())
    }
}
