import Codecs
import Foundation
import StrictJSON
import Testing

/// Published vectors beside this file; `Vectors/README.md` says where they are from.
struct VectorFile {
    let root: JSONValue

    init(_ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors")
        root = try JSONDocument(parsing: Array(Data(contentsOf: folder.appending(path: name)))).root
    }

    var tests: [JSONValue] {
        get throws { try Array(root.member("tests").elements) }
    }
}

extension JSONValue {
    /// The member's bytes, which stand there in base64url.
    func bytes(_ name: String) throws -> [UInt8] {
        try Base64.decode(member(name).utf8(), alphabet: .url) ?? { throw error(.type) }()
    }

    func isValid() throws -> Bool {
        try member("result").string() == "valid"
    }

    /// How the vectors call this test.
    var name: Comment {
        Comment(rawValue: "tcId \((try? member("id").integer()) ?? -1)")
    }
}
