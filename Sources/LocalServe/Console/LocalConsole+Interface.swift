internal import Codecs
internal import LocalPlatform
internal import LocalRuntimeAPI
internal import Platform
internal import StrictJSON

/// The interface of the page, below `/_local/api`.
extension LocalConsole {
    func answerInterface(_ request: RecordedRequest, _ target: ConsoleTarget) -> Answer {
        let path = target.segments.dropFirst().joined(separator: "/")
        do throws(LocalError) {
            if request.method == "POST" { return try change(path, request.body) }
            return try look(path, target)
        } catch {
            return .refusal(Self.status(of: error), error.description)
        }
    }

    private static func status(of error: LocalError) -> Int {
        switch error.status {
        case .usage, .data: 400
        case .noInput: 404
        case .unavailable: 503
        default: 500
        }
    }

    private func look(_ path: String, _ target: ConsoleTarget) throws(LocalError) -> Answer {
        switch path {
        case "journal": return journal(target)
        case "mail": return try ConsoleMail(mailbox: sources.mailbox).list(target)
        case "ledger": return try ledger().books(target)
        case "ledger/statement": return try ledger().statement(target)
        case "readers": return try ledger().readers()
        case "dead-letters": return try letters()
        case "schedules": return try schedules()
        case "access": return access()
        case "dead-letters/replay", "schedules/run", "secrets/rotate", "events":
            return .refusal(405, "Only POST.", allow: "POST")
        default: break
        }
        guard target.segments.dropFirst().first == "mail", (3...4).contains(target.segments.count) else {
            return .refusal(404, "There is nothing here.")
        }
        let mail = ConsoleMail(mailbox: sources.mailbox)
        if target.segments.count == 3 { return try mail.one(target.segments[2]) }
        return target.segments[3] == "page"
            ? try mail.page(target.segments[2]) : .refusal(404, "There is nothing here.")
    }

    private func ledger() throws(LocalError) -> ConsoleLedger {
        guard let database = sources.database else { throw LocalError(.unavailable, "There is no database.") }
        return ConsoleLedger(database: database)
    }

    // MARK: Journal

    static let longestWait = 25_000

    /// The entries after a number; waits for one where there is none, as long as it is told.
    private func journal(_ target: ConsoleTarget) -> Answer {
        guard let after = target.number("after", in: 0...Int.max, default: 0),
            let wait = target.number("wait", in: 0...Self.longestWait, default: 0),
            let limit = target.number("limit", in: 1...1_000, default: 500)
        else { return .refusal(400, "after, wait or limit is no such number.") }
        let entries = entries(after: after, limit: limit, milliseconds: wait)
        return .object { object in
            object.member("run", run)
            object.member("last", entries.last?.number ?? after)
            object.array("entries") { list in
                for entry in entries { list.object { JournalJSON.write(entry, to: &$0) } }
            }
        }
    }

    /// In short waits, so that the end of the stack is not held up.
    private func entries(after number: Int, limit: Int, milliseconds: Int) -> [Journal.Entry] {
        let end = SystemClock.monotonicNanoseconds() + Int64(milliseconds) * 1_000_000
        while true {
            let left = (end - SystemClock.monotonicNanoseconds()) / 1_000_000
            let wait = max(0, min(left, 250))
            let entries = sources.journal.wait(after: number, limit: limit, milliseconds: wait)
            if !entries.isEmpty || left <= 250 || hasStopped { return entries }
        }
    }

    // MARK: Dead letters and schedules

    static let maximumLetters = 500

    private func letters() throws(LocalError) -> Answer {
        let letters = try sources.deadLetters.list()
        return .object { object in
            object.member("count", letters.count)
            object.array("letters") { list in
                for letter in letters.prefix(Self.maximumLetters) {
                    list.object { object in
                        object.member("name", letter.name)
                        object.member("at", letter.time.millisecondsSince1970)
                        object.member("title", letter.title)
                        object.member("target", letter.target)
                        object.member("errorType", letter.errorType)
                        object.member("errorMessage", letter.errorMessage)
                        object.member("attempts", letter.attempts)
                        object.member("payload", letter.payload)
                    }
                }
            }
        }
    }

    private func schedules() throws(LocalError) -> Answer {
        let schedules = try sources.schedules.list()
        let now = sources.schedules.now()
        let distance = now.millisecondsSince1970 - SystemClock.now().millisecondsSince1970
        return .object { object in
            object.member("now", now.millisecondsSince1970)
            object.member("isShifted", distance.magnitude > 60_000)
            object.array("schedules") { list in
                for schedule in schedules {
                    list.object { object in
                        object.member("name", schedule.name)
                        object.member("expression", schedule.expression)
                        object.member("zone", schedule.zone)
                        object.member("function", schedule.function)
                        object.member("next", schedule.next.map(\.millisecondsSince1970))
                    }
                }
            }
            object.array("secrets") { list in
                for secret in sources.secrets.list() {
                    list.object { object in
                        object.member("name", secret.name)
                        object.member("function", secret.function)
                    }
                }
            }
        }
    }

    // MARK: Access

    /// What roles allow, each permission with how many calls it has allowed since the start.
    private func access() -> Answer {
        let permissions = sources.permissions()
        return .object { object in
            object.array("permissions") { list in
                for permission in permissions {
                    list.object { object in
                        object.member("function", permission.function)
                        object.member("role", permission.role)
                        object.member("statement", permission.statement)
                        object.member("action", permission.action)
                        object.member("resource", permission.resource)
                        object.member("isPlayed", permission.isPlayed)
                        object.member("uses", permission.uses)
                    }
                }
            }
        }
    }
}
