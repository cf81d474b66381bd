internal import CPostgres

extension PostgresConnection {
    /// What the server keeps of a password for SCRAM-SHA-256 (RFC 5803), made here with a new random salt.
    ///
    /// `alter role … password '<verifier>'` then sets the password, while neither the statement nor the server's log
    /// holds it. The text has only letters, digits and `$+/:=-`, so that it can stand in a literal. Throws `.usage` for
    /// an empty password or one with a zero byte (`PQencryptPasswordConn`).
    package func passwordVerifier(for password: String, role: String) throws(DatabaseError) -> String {
        guard !password.isEmpty, !password.utf8.contains(0), !role.utf8.contains(0) else {
            throw DatabaseError(.usage, "the password is empty or has a zero byte")
        }
        let session = try usableSession()
        // With the algorithm named, libpq asks the server nothing.
        guard let text = unsafe PQencryptPasswordConn(session.connection, password, role, "scram-sha-256") else {
            throw DatabaseError(.usage, "libpq could not make the password's verifier")
        }
        defer { unsafe PQfreemem(text) }
        let verifier = unsafe String(cString: text)
        guard verifier.hasPrefix("SCRAM-SHA-256$"), verifier.utf8.allSatisfy(Self.isVerifierCharacter) else {
            throw DatabaseError(.protocol, "libpq made a verifier of an unknown form")
        }
        return verifier
    }

    /// Whether the server asked for the password when this session logged in (`PQconnectionUsedPassword`).
    ///
    /// False where its rules let the user in without one: then a login proves nothing about the password.
    package var loginUsedPassword: Bool {
        guard let session = try? usableSession() else { return false }
        return unsafe PQconnectionUsedPassword(session.connection) == 1
    }

    private static func isVerifierCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "$+/:=-".utf8.contains(byte)
        }
    }
}
