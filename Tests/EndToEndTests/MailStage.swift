import Codecs
import LocalRuntimeAPI
import MailStandIn
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport

/// Runs a test with the executable `notification`, a database, and a mail service of its own.
func withMail(_ body: (MailStage) throws -> Void) throws {
    try withDatabase { database in
        let mail = try MailStandIn(secrets: ["seal": MailStage.secret, "notification": MailStage.secret])
        defer { mail.stop() }
        try body(MailStage(database: database, mail: mail))
    }
}

struct MailStage: Sendable {
    static let secret = "a-secret-of-the-tests-0123456789-0123456789-0123456789-012345678"
    static let schedule = Array(#"{"detail":{"task":"deliver"}}"#.utf8)

    let database: TestDatabase
    let mail: MailStandIn

    func worker() throws -> FunctionWorker {
        FunctionWorker(executable: try BuiltProducts.path(of: "notification"), variables: variables)
    }

    /// Everything that the function is told.
    var variables: [String: String] {
        let own = [
            "EVENT_SEALING_SECRET_ARN": "seal", "NOTIFICATION_SECRET_ARN": "notification",
            "MAIL_FROM": "no-reply@mail.nerdwork.example", "OPERATORS_EMAIL": "ops@nerdwork.example",
            "SITE_URL": "https://nerdwork.example", "API_URL": "https://api.nerdwork.example",
            "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": mail.url,
        ]
        return functionVariables(database, role: "nerdwork_notification").merging(own) { $1 }
    }

    /// An event whose mail goes to a user of its own.
    func passwordChanged(_ number: Int) throws -> [UInt8] {
        try aboutReader(number, "PasswordChanged", id: Self.id(number))
    }

    /// The event that tells the address of this user; its mail bids the user welcome.
    func signedUp(_ number: Int) throws -> [UInt8] {
        try aboutReader(number, "UserSignedUp", id: Self.id(1_000 + number))
    }

    /// An event whose mail goes to the same user, and does not say where.
    func tip(_ number: Int) -> [UInt8] {
        envelope(source: "nerdwork.wallet", "TransferPosted", id: "w-\(number)") { detail in
            detail.member("id", Self.id(2_000 + number).description)
            detail.member("occurredAt", SystemClock.now().millisecondsSince1970)
            detail.member("transactionId", Self.id(2_000 + number).description)
            detail.member("type", "TIP")
            detail.member("amount", 5)
            detail.array("parties") { list in
                list.object {
                    $0.member("userId", "reader-\(number)")
                    $0.member("amount", 5)
                }
            }
        }
    }

    private static func id(_ number: Int) -> UUID {
        UUID(high: 0x0192_0000_0000_8000, low: 0x8000_0000_0000_0000 + UInt64(number))
    }

    private func aboutReader(_ number: Int, _ detailType: String, id: UUID) throws -> [UInt8] {
        let personal = Array(#"{"address":"reader-\#(number)@mail.example"}"#.utf8)
        let sealed = try EventSeal(secret: Array(Self.secret.utf8)).seal(personal, eventID: id)
        return envelope(source: "nerdwork.auth", detailType, id: "e-\(id)") { detail in
            detail.member("id", id.description)
            detail.member("version", 1)
            detail.member("locale", "en")
            detail.member("userId", "reader-\(number)")
            detail.member("sealed", sealed)
        }
    }

    /// SES's report about the last accepted mail.
    func sentReport() -> [UInt8] {
        envelope(source: "aws.ses", "Email Sent", id: "r-1") { detail in
            detail.member("eventType", "Send")
            detail.member("mail") { mail in
                mail.member("messageId", "stand-in-1")
                mail.member("tags") { $0.member("message_id", [self.mail.accepted.last?.messageID ?? ""]) }
            }
        }
    }

    /// Delivers one event to a process of its own.
    func deliver(_ event: [UInt8]) throws {
        let queue = DeliveryQueue([0])
        try worker().run(next: { queue.next().map { ($0, event) } }, settled: { queue.settle($0, $1) })
        guard queue.answered == 1 else { throw HarnessError("no answer: \(queue.failures)") }
    }

    /// Delivers one event to a process and kills it as soon as the condition holds.
    func kill(during event: [UInt8], when condition: () throws -> Bool) throws {
        let worker = try worker()
        let delivery = SystemThread.start(stackBytes: 8 << 20) {
            let queue = DeliveryQueue([0])
            // One delivery: what its death leaves is for others to finish.
            try? worker.run(next: { queue.next().map { ($0, event) } }, settled: { _, _ in })
        }
        let isMet = try waitUntil(condition)
        worker.process.withLock { if $0 > 0 { _ = Platform.kill($0, SIGKILL) } }
        delivery?.join()
        guard isMet else { throw HarnessError("the function never came to the point of its death") }
    }

    /// Where the function can be made to wait.
    enum Place: String {
        /// In the first batch of its first transaction, where it looks things up.
        case lookUp = "sending"
        /// Where it writes messages: the commit has been sent along.
        case write = "messages"
        /// Where it keeps mail for users without address, likewise.
        case keep = "unaddressed"
    }

    /// Holds the place's table while `body` runs.
    func whileLocked<Value>(_ place: Place, _ body: () throws -> Value) throws -> Value {
        let connection = try database.connect()
        return try connection.transaction { transaction in
            try transaction.execute("lock table notification.\(raw: place.rawValue) in access exclusive mode")
            return try body()
        }
    }

    func isWaitingForLock() throws -> Bool {
        let waiting = try database.connect().query(
            """
            select count(*) as count from pg_stat_activity
             where usename = 'nerdwork_notification' and wait_event_type = 'Lock' and datname = current_database()
            """)
        return try waiting.only().decode("count", as: Int64.self) > 0
    }

    /// Lets every lease be over.
    func age() throws {
        _ = try database.connect().query(
            "update notification.messages set due_at = clock_timestamp() - interval '1 second'")
    }

    func states() throws -> [String] {
        try database.connect().query("select state from notification.messages").map { try $0.decode("state") }
    }

    /// How many mails wait for an address.
    func unaddressed() throws -> Int64 {
        try database.connect().query("select count(*) as count from notification.unaddressed").only().decode("count")
    }

    /// To whom tips were told, sorted.
    var tipped: [String] { mail.accepted.filter { $0.template == "tip-received" }.map(\.to).sorted() }

    /// An event as EventBridge delivers it.
    func envelope(
        source: String, _ detailType: String, id: String, _ detail: (inout JSONObjectWriter) -> Void
    ) -> [UInt8] {
        JSONWriter.object { event in
            event.member("version", "0")
            event.member("id", id)
            event.member("detail-type", detailType)
            event.member("source", source)
            event.member("account", "123456789012")
            event.member("time", "2026-11-21T12:00:00Z")
            event.member("region", "us-east-1")
            event.member("resources", [String]())
            event.member("detail", detail)
        }.bytes
    }
}
