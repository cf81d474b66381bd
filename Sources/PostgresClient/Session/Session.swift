internal import CPostgres
internal import Platform

/// The one owner of a `PGconn`: `PQfinish` runs once, when the session ends.
///
/// Non-blocking underneath, so that no call outlives its time limit however dead the server is.
@safe final class Session {
    let connection: OpaquePointer

    /// Connects and logs in.
    ///
    /// Throws `.connection`, `.authentication`, `.unavailable` or `.deadline`.
    init(_ configuration: ConnectionConfiguration, limit: TimeLimit) throws(DatabaseError) {
        guard let connection = unsafe Session.start(configuration) else {
            throw DatabaseError(.connection, "out of memory")
        }
        unsafe self.connection = connection
        // The state code of a refused login is only in the verbose text (there is no result to ask).
        _ = unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
        unsafe PQsetNoticeProcessor(connection, { _, _ in }, nil)
        try establish(limit)
        guard unsafe PQsetnonblocking(connection, 1) == 0, unsafe PQenterPipelineMode(connection) == 1 else {
            throw DatabaseError(.protocol, "libpq refused pipeline mode")
        }
    }

    deinit {
        unsafe PQfinish(connection)
    }

    private static func start(_ configuration: ConnectionConfiguration) -> OpaquePointer? {
        let parameters = configuration.libpqParameters
        var keywords: [UnsafePointer<CChar>?] = unsafe []
        var values: [UnsafePointer<CChar>?] = unsafe []
        for (keyword, value) in parameters {
            unsafe keywords.append(strdup(keyword))
            unsafe values.append(strdup(value))
        }
        defer {
            unsafe keywords.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
            unsafe values.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
        }
        return unsafe PQconnectStartParams(keywords + [nil], values + [nil], 0)
    }

    private func establish(_ limit: TimeLimit) throws(DatabaseError) {
        var next = unsafe PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while next != PGRES_POLLING_OK {
            switch next {
            case PGRES_POLLING_READING: try wait(for: POLLIN, limit)
            case PGRES_POLLING_WRITING: try wait(for: POLLOUT, limit)
            default: throw LoginReport.error(from: lastMessage)
            }
            next = unsafe PQconnectPoll(connection)
        }
    }

    /// libpq's own words; may hold host, user and database, never the password (`PQerrorMessage`).
    var lastMessage: String {
        guard let text = unsafe PQerrorMessage(connection) else { return "" }
        return unsafe String(cString: text)
    }

    /// libpq has noticed that the connection is gone (`PQstatus`).
    var isLost: Bool {
        unsafe PQstatus(connection) == CONNECTION_BAD
    }

    /// Waits until the socket is ready (`poll`).
    ///
    /// Returns the events; throws `.deadline` when the limit passes.
    @discardableResult
    func wait(for events: Int32, _ limit: TimeLimit?) throws(DatabaseError) -> Int32 {
        let socket = unsafe PQsocket(connection)
        guard socket >= 0 else { throw DatabaseError(.connection, "the connection to the server was lost") }
        var descriptor = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let timeout = limit.map { Int32(clamping: $0.remainingMilliseconds) } ?? -1
            let ready = unsafe poll(&descriptor, 1, timeout)
            if ready > 0 { return Int32(descriptor.revents) }
            if ready < 0, errno != EINTR { throw DatabaseError(.connection, "poll failed") }
            if let limit, limit.hasPassed { throw DatabaseError(.deadline, "the database did not answer in time") }
        }
    }

    /// False when the server has closed an idle session or has anything at all to say.
    ///
    /// What arrives unasked is a farewell, seldom a notice: telling them apart is not worth the risk of taking a
    /// statement for sent that nobody read; a new session costs milliseconds.
    var isQuiet: Bool {
        guard !isLost else { return false }
        var descriptor = pollfd(fd: unsafe PQsocket(connection), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 0
    }
}

@available(*, unavailable) extension Session: Sendable {}
