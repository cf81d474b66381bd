/// One sentence that says what is wrong and what to do, with the exit status that a shell script can act on.
package struct LocalError: Error, Equatable, CustomStringConvertible {
    /// The exit status, as `sysexits.h` names it.
    package enum Status: Int32, Sendable {
        /// The command was used wrongly (`EX_USAGE`).
        case usage = 64
        /// The event or the template holds something wrong (`EX_DATAERR`).
        case data = 65
        /// A file does not exist or cannot be read (`EX_NOINPUT`).
        case noInput = 66
        /// A program or a server that is needed is missing (`EX_UNAVAILABLE`).
        case unavailable = 69
        /// The tool itself, or something that it started, went wrong (`EX_SOFTWARE`).
        case software = 70
        /// A file or folder cannot be made (`EX_CANTCREAT`).
        case cannotCreate = 73
        /// The template asks for what the local stack cannot do (`EX_CONFIG`).
        case configuration = 78
        /// Somebody interrupted it (128 and SIGINT, as shells say it).
        case interrupted = 130
    }

    package let status: Status
    package let description: String

    package init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }
}
