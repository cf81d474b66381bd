/// A row of `migrations.applied`, as far as planning needs it.
struct AppliedMigration {
    let number: Int32
    let sha256: [UInt8]
}

/// Decides what is to be applied; pure.
enum MigrationPlan {
    /// The migrations that the database lacks.
    ///
    /// Throws when its history is not a beginning of the list.
    static func missing(
        from migrations: [Migration], applied: [AppliedMigration]
    ) throws(MigrationError) -> [Migration] {
        for (index, row) in applied.enumerated() {
            guard row.number == Int32(index + 1) else { throw .notConsecutive(number: row.number) }
            guard index < migrations.count else { throw .newerDatabase(number: row.number) }
            let migration = migrations[index]
            guard row.sha256 == migration.sha256 else {
                throw .changed(number: migration.number, name: migration.name)
            }
        }
        return Array(migrations.dropFirst(applied.count))
    }
}
