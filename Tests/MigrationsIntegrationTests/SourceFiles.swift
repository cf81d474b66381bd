import Platform
import Testing

/// Files of this repository, as the migrations' tests read them.
enum SourceFiles {
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()

    /// The names in a folder, without `.` and `..`; nil where it is none.
    static func names(in folder: String) -> [String]? {
        guard let directory = unsafe opendir("\(root)/\(folder)") else { return nil }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            names.append(
                unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
                })
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// The text of a file, or of all Swift files below a folder one after the other.
    static func text(of path: String) throws -> String {
        guard let names = names(in: path) else { return try file(path) }
        let parts = try names.map { name in
            let inner = "\(path)/\(name)"
            return name.hasSuffix(".swift") || Self.names(in: inner) != nil ? try text(of: inner) : ""
        }
        return parts.joined(separator: "\n")
    }

    private static func file(_ path: String) throws -> String {
        let file = try unsafe #require(fopen("\(root)/\(path)", "r"), "\(path)")
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe getc(file)
            guard byte != EOF else { break }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return try #require(String(validating: bytes, as: UTF8.self), "\(path)")
    }
}
