package import Codecs
package import LocalPlatform
package import PostgresClient

/// What the console shows, and what it may ask to be done: everything comes from outside, so that it owns nothing.
package struct ConsoleSources: Sendable {
    package var journal: Journal
    package var mailbox: Mailbox
    /// How the books are read; nil where there are none, as in a test.
    package var database: ConnectionConfiguration?
    package var deadLetters: DeadLetterSource
    package var schedules: ScheduleSource
    package var secrets: SecretSource
    /// What the functions' roles allow, and what of that was used.
    package var permissions: @Sendable () -> [RolePermission]
    /// Puts an event on the template's own bus, and returns its id.
    package var put: @Sendable (_ source: String, _ detailType: String, _ detail: JSONTree) throws(LocalError) -> String

    package init(
        journal: Journal, mailbox: Mailbox, database: ConnectionConfiguration?, deadLetters: DeadLetterSource,
        schedules: ScheduleSource, secrets: SecretSource, permissions: @escaping @Sendable () -> [RolePermission],
        put:
            @escaping @Sendable (_ source: String, _ detailType: String, _ detail: JSONTree) throws(LocalError) ->
            String
    ) {
        self.journal = journal
        self.mailbox = mailbox
        self.database = database
        self.deadLetters = deadLetters
        self.schedules = schedules
        self.secrets = secrets
        self.permissions = permissions
        self.put = put
    }
}

/// The events and messages that were given up.
package struct DeadLetterSource: Sendable {
    /// The newest first.
    package var list: @Sendable () throws(LocalError) -> [ConsoleLetter]
    /// Hands one over again, and says how that went.
    package var replay: @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome

    package init(
        list: @escaping @Sendable () throws(LocalError) -> [ConsoleLetter],
        replay: @escaping @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome
    ) {
        self.list = list
        self.replay = replay
    }
}

/// The schedules of the template.
package struct ScheduleSource: Sendable {
    package var list: @Sendable () throws(LocalError) -> [ConsoleSchedule]
    /// What the schedules' clock shows.
    package var now: @Sendable () -> Timestamp
    /// Runs one now, and says how that went.
    package var run: @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome

    package init(
        list: @escaping @Sendable () throws(LocalError) -> [ConsoleSchedule], now: @escaping @Sendable () -> Timestamp,
        run: @escaping @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome
    ) {
        self.list = list
        self.now = now
        self.run = run
    }
}

/// The secrets that functions rotate.
package struct SecretSource: Sendable {
    package var list: @Sendable () -> [ConsoleSecret]
    /// Rotates one, and says how that went.
    package var rotate: @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome

    package init(
        list: @escaping @Sendable () -> [ConsoleSecret],
        rotate: @escaping @Sendable (_ name: String) throws(LocalError) -> ConsoleOutcome
    ) {
        self.list = list
        self.rotate = rotate
    }
}

/// A secret as it is shown: never its value.
package struct ConsoleSecret: Sendable {
    package var name: String
    /// The function that rotates it.
    package var function: String

    package init(name: String, function: String) {
        self.name = name
        self.function = function
    }
}

/// A dead letter as it is shown.
package struct ConsoleLetter: Sendable {
    /// The file's name.
    package var name: String
    package var time: Timestamp
    /// What it is about, such as the event's detail type; empty where that is not known.
    package var title: String
    /// The function, or the queue.
    package var target: String
    package var errorType: String?
    package var errorMessage: String?
    package var attempts: Int?
    package var payload: JSONTree

    package init(
        name: String, time: Timestamp, title: String, target: String, errorType: String?, errorMessage: String?,
        attempts: Int?, payload: JSONTree
    ) {
        self.name = name
        self.time = time
        self.title = title
        self.target = target
        self.errorType = errorType
        self.errorMessage = errorMessage
        self.attempts = attempts
        self.payload = payload
    }
}

/// A schedule as it is shown.
package struct ConsoleSchedule: Sendable {
    package var name: String
    package var expression: String
    package var zone: String
    package var function: String
    /// When it runs next, the earliest first; empty where it does not any more.
    package var next: [Timestamp]

    package init(name: String, expression: String, zone: String, function: String, next: [Timestamp]) {
        self.name = name
        self.expression = expression
        self.zone = zone
        self.function = function
        self.next = next
    }
}

/// How something went that somebody asked for.
package struct ConsoleOutcome: Sendable, Equatable {
    package var succeeded: Bool
    /// One sentence for people.
    package var message: String

    package init(succeeded: Bool, message: String) {
        self.succeeded = succeeded
        self.message = message
    }
}
