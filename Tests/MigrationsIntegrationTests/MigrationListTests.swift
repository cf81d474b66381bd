import Migrations
import Testing

@Suite("The list of migrations")
struct MigrationListTests {
    @Test("is the folder of SQL files, text for text")
    func equalsFolder() throws {
        let folder = "Sources/Migrations/SQL"
        let files = try #require(SourceFiles.names(in: folder)).filter { $0.hasSuffix(".sql") }
        let listed = Migration.all.map { migration in
            let digits = "\(migration.number)"
            return String(repeating: "0", count: 4 - digits.count) + digits + "_" + migration.name + ".sql"
        }
        #expect(files == listed)
        for (file, migration) in zip(files, Migration.all) {
            #expect(try SourceFiles.text(of: "\(folder)/\(file)") == migration.sql)
        }
    }
}
