internal import Cryptography

/// One numbered change of the schema: a file of `Sources/Migrations/SQL`.
package struct Migration: Sendable {
    /// The number in the file's name; 1, 2, 3, … without gaps.
    package let number: Int32
    /// The file's name without number and ending.
    package let name: String
    /// The whole text.
    package let sql: String
    /// SHA-256 of the text; an applied migration must never change.
    package let sha256: [UInt8]

    package init(number: Int32, name: String, sql: [UInt8]) {
        self.number = number
        self.name = name
        self.sql = String(decoding: sql, as: UTF8.self)
        sha256 = SHA256.digest(sql)
    }
}
