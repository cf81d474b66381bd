/// Why migrating stopped.
///
/// The database is as it was after the last complete migration.
package enum MigrationError: Error, Sendable, Equatable {
    /// An applied file has been edited since: restore it, and put the change into a new file.
    case changed(number: Int32, name: String)
    /// The database has a migration that this program does not know: it is newer than the program.
    case newerDatabase(number: Int32)
    /// The numbers of the list, or those in the database, have a gap or a repetition.
    case notConsecutive(number: Int32)
}

extension MigrationError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .changed(let number, let name):
            "migration \(number) (\(name)) was changed after it was applied; restore it and add a new one"
        case .newerDatabase(let number):
            "the database has migration \(number), which this program does not know; deploy a newer program"
        case .notConsecutive(let number):
            "migration \(number) does not follow the one before it"
        }
    }
}
