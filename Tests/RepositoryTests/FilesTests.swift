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

    @Test("No function uses what its bootstrap leaves out (CLambdaRuntime/swift_start.c)")
    func leftOut() throws {
        let local = ["LocalPlatform", "LocalServe", "LocalRuntimeAPI", "invoke-local"].map { "Sources/\($0)/" }
        let sources = try Repository.files().filter { file in
            file.hasPrefix("Sources/") && file.hasSuffix(".swift") && !local.contains { file.hasPrefix($0) }
        }
        #expect(sources.count > 300)
        let leftOut = /\b(async|await|withLogger|Logger\.current)\b|properties\.name\b/
        for source in sources {
            for line in try Repository.text(source).split(separator: "\n") where line.contains(leftOut) {
                #expect(line.drop { $0 == " " }.hasPrefix("//"), "\(source): \(line)")
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
