internal import LocalPlatform
import Testing

/// The files of this repository.
enum Repository {
    static let root = Files.parent(of: Files.parent(of: Files.parent(of: #filePath)))

    static func text(_ path: String) throws -> String {
        String(decoding: try Files.read("\(root)/\(path)"), as: UTF8.self)
    }

    /// Paths of all files, without what tools have made.
    static func files() throws -> [String] {
        let made: Set<String> = [".git", ".build", ".nerdwork", "dist", ".swiftpm", "__pycache__"]
        func files(below folder: String) -> [String] {
            Files.names(in: "\(root)/\(folder)").filter { !made.contains($0) }.flatMap { name in
                let path = folder.isEmpty ? name : "\(folder)/\(name)"
                return Files.isFolder("\(root)/\(path)") ? files(below: path) : [path]
            }
        }
        return files(below: "")
    }

    static func tree(_ path: String) throws -> JSONTree {
        try JSONTree(parsing: Files.read("\(root)/\(path)"))
    }

    /// The template with these parameters.
    static func template(_ parameters: [String: String] = [:]) throws -> Template {
        try Template(parsing: Files.read("\(root)/template.json"), overrides: parameters)
    }

    /// Logical name, type and properties of the template's resources.
    static func resources(ofType type: String? = nil) throws -> [(name: String, properties: JSONTree)] {
        try (tree("template.json")["Resources"]?.members ?? [])
            .filter { type == nil || $0.value["Type"]?.text == type }
            .map { ($0.name, $0.value["Properties"] ?? .object([])) }
    }
}
