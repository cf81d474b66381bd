import LocalPlatform
import Testing

@testable internal import LocalServe

@Suite("The files of the console")
struct ConsoleFilesTests {
    private static let folder = "\(Files.parent(of: #filePath))/../../Sources/LocalServe/Resources"
    private static let pages = ["console.html", "reader.html"]

    private static func text(_ name: String) throws -> String {
        String(decoding: try Files.read("\(folder)/\(name)"), as: UTF8.self)
    }

    @Test("Each file of the folder is served, and as it stands there")
    func served() throws {
        let names = Set(Files.names(in: Self.folder))
        #expect(names == Set(ConsoleAssets.files.keys).union(Self.pages))
        for (name, bytes) in ConsoleAssets.files {
            #expect(try Files.read("\(Self.folder)/\(name)") == bytes, "\(name)")
        }
    }

    @Test("What a page or a module names is there")
    func references() throws {
        for name in Files.names(in: Self.folder) {
            let text = try Self.text(name)
            for match in text.matches(of: #/(?:/_local/assets/|from "\./)([a-z.]+)"/#) {
                #expect(ConsoleAssets.files[String(match.1)] != nil, "\(name): \(match.1)")
            }
        }
    }

    /// `http://www.w3.org/` is the name of a namespace, which nobody fetches.
    @Test("Nothing comes from elsewhere, and no page has a script or a style in it")
    func elsewhere() throws {
        for name in Files.names(in: Self.folder) {
            let text = try Self.text(name).replacing("http://www.w3.org/", with: "")
            #expect(!text.contains("http://") && !text.contains("https://"), "\(name)")
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"] {
                #expect(!text.contains(word), "\(name): \(word)")
            }
            guard name.hasSuffix(".html") else { continue }
            #expect(text.firstMatch(of: #/<style|style="|<script(?![^>]*src=)|\son[a-z]+="/#) == nil, "\(name)")
        }
    }
}
