import Codecs
import LocalPlatform
import LocalServe
import Platform
import PostgresClient
import Synchronization
import Testing

@testable internal import LocalRuntimeAPI

/// A console with a journal, a mailbox in a folder that is removed at the end, and deeds that are only written down.
final class ConsoleFixture {
    let folder: String
    let journal = Journal()
    let deeds = Deeds()
    let console: LocalConsole

    final class Deeds: Sendable {
        private let state = Mutex<[String]>([])
        var all: [String] { state.withLock { $0 } }
        func add(_ text: String) { state.withLock { $0.append(text) } }
    }

    /// - Parameters:
    ///   - letters: shown as dead letters.
    ///   - permissions: what functions' roles allow.
    init(
        database: ConnectionConfiguration? = nil, letters: [ConsoleLetter] = [], permissions: [RolePermission] = []
    ) throws {
        var template = Array("/tmp/nerdwork-console-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let deeds = deeds
        console = LocalConsole(
            ConsoleSources(
                journal: journal, mailbox: Mailbox(folder: folder), database: database,
                deadLetters: DeadLetterSource(
                    list: { letters },
                    replay: { name throws(LocalError) in
                        guard letters.contains(where: { $0.name == name }) else {
                            throw LocalError(.noInput, "There is no such letter.")
                        }
                        deeds.add("replay \(name)")
                        return ConsoleOutcome(succeeded: false, message: "It failed again.")
                    }),
                schedules: ScheduleSource(
                    list: {
                        [
                            ConsoleSchedule(
                                name: "RelayOutbox", expression: "rate(1 minute)", zone: "UTC",
                                function: "outbox-relay", next: [Timestamp(millisecondsSince1970: 60_000)])
                        ]
                    }, now: { Timestamp(millisecondsSince1970: 0) },
                    run: { name in
                        deeds.add("run \(name)")
                        return ConsoleOutcome(succeeded: true, message: "\(name) ran.")
                    }),
                secrets: SecretSource(
                    list: { [ConsoleSecret(name: "wallet-login", function: "provision")] },
                    rotate: { name in
                        deeds.add("rotate \(name)")
                        return ConsoleOutcome(succeeded: true, message: "\(name) has a new value.")
                    }), permissions: { permissions },
                put: { source, type, detail in
                    deeds.add("put \(source) \(type) \(detail.pretty())")
                    return "event-1"
                }))
    }

    deinit { try? Self.remove(folder) }

    private static func remove(_ folder: String) throws {
        for name in Files.names(in: "\(folder)/mail") { unsafe unlink("\(folder)/mail/\(name)") }
        unsafe rmdir("\(folder)/mail")
        unsafe rmdir(folder)
    }

    /// The headers of a page of the console.
    static let own = [("Host", "127.0.0.1:8787")]
    static let change = own + [("Origin", "http://127.0.0.1:8787"), ("Content-Type", "application/json")]

    func send(
        _ method: String = "GET", _ path: String, _ headers: [(String, String)] = own, body: String = ""
    ) -> Answer {
        console.answer(
            RecordedRequest(
                method: method, path: path, headers: headers.map { (name: $0.0, value: $0.1) },
                body: Array(body.utf8), connection: 0, arrived: 0))
    }

    /// The JSON of an answer with status 200.
    func get(_ path: String) throws -> JSONTree {
        let answer = send("GET", path)
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        return try JSONTree(parsing: answer.body)
    }

    /// Puts a mail into the mailbox, as its files lie there.
    func store(_ name: String, subject: String = "Welcome", page: String = "<html><head></head><p>Hello</html>") throws
    {
        try Files.makeFolder("\(folder)/mail")
        let path = "\(folder)/mail/\(name)"
        let summary = JSONTree.object([
            .init(name: "to", value: .array([.string("ada@example.com")])),
            .init(name: "from", value: .string("no-reply@nerdwork.example")),
            .init(name: "subject", value: .string(subject)), .init(name: "messageId", value: .string("m-1")),
            .init(name: "sentAt", value: .string("2026-11-21T06:15:00Z")),
            .init(name: "tags", value: .object([.init(name: "template", value: .string("verify"))])),
        ])
        for (suffix, text) in [
            ("eml", "Subject: \(subject)\r\nX-Ref: 1\r\n\r\nbody"), ("html", page), ("txt", "Hello"),
            ("json", summary.pretty()),
        ] {
            try Files.replace("\(path).\(suffix)", with: Array(text.utf8))
        }
    }
}

extension Answer {
    /// The value of a field.
    func field(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    var text: String { String(decoding: body, as: UTF8.self) }
}
