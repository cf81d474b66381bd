internal import Platform

/// Where PostgreSQL's own programs are.
enum PostgresBinaries {
    /// The directory with `initdb` and `postgres`.
    ///
    /// Throws with a sentence that says what to install.
    static func directory() throws -> String {
        for directory in candidates() where isComplete(directory) { return directory }
        throw HarnessError(
            """
            PostgreSQL's server programs (initdb, postgres) were not found. Install them with \
            'apt-get install postgresql', or name their directory in NERDWORK_POSTGRES_BIN.
            """)
    }

    private static func candidates() -> [String] {
        let given = unsafe getenv("NERDWORK_POSTGRES_BIN").map { unsafe [String(cString: $0)] } ?? []
        let path = unsafe getenv("PATH").map { unsafe String(cString: $0) } ?? ""
        // Debian keeps them out of PATH, one directory for each version; the newest first.
        let versions = (14...30).reversed().map { "/usr/lib/postgresql/\($0)/bin" }
        return given + path.split(separator: ":").map(String.init) + versions
    }

    private static func isComplete(_ directory: String) -> Bool {
        ["initdb", "postgres"].allSatisfy { unsafe access("\(directory)/\($0)", X_OK) == 0 }
    }
}
