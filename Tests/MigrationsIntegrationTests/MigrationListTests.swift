import Migrations
import Platform
import Testing

@Suite("The list of migrations")
struct MigrationListTests {
    @Test("is the folder of SQL files, text for text")
    func equalsFolder() throws {
        let folder = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Sources/Migrations/SQL"
        let files = try names(in: folder).filter { $0.hasSuffix(".sql") }.sorted()
        let listed = Migration.all.map { migration in
            let digits = "\(migration.number)"
            return String(repeating: "0", count: 4 - digits.count) + digits + "_" + migration.name + ".sql"
        }
        #expect(files == listed)
        for (file, migration) in zip(files, Migration.all) {
            #expect(try text(of: "\(folder)/\(file)") == migration.sql)
        }
    }

    private func names(in folder: String) throws -> [String] {
        let directory = try unsafe #require(opendir(folder))
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            names.append(
                unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    unsafe String(cString: UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self))
                })
        }
        return names
    }

    private func text(of path: String) throws -> String {
        let file = try unsafe #require(fopen(path, "r"))
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = unsafe getc(file)
            guard byte != EOF else { break }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return try #require(String(validating: bytes, as: UTF8.self))
    }
}
