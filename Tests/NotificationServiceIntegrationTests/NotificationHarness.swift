import AWSClient
import Codecs
import LambdaRuntime
import MailStandIn
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport

@testable import NotificationService

/// Runs a test with the service on a real database and a mail service of its own.
func withNotification<Value>(
    _ policy: SendingPolicy = .quick, _ body: (NotificationHarness) throws -> Value
) throws -> Value {
    try withDatabase { database in
        let mail = try MailStandIn(secrets: NotificationHarness.secrets)
        defer { mail.stop() }
        return try body(try NotificationHarness(database, mail, policy))
    }
}

extension SendingPolicy {
    /// Leases and pauses that are over at once.
    static let quick: SendingPolicy = {
        var policy = SendingPolicy()
        policy.firstBackOff = 0
        policy.longestBackOff = 0
        return policy
    }()
}

/// The service on a real database.
struct NotificationHarness {
    static let secrets = [
        "seal": "seal-secret-of-the-tests-0123456789-0123456789-0123456789-012345",
        "notification": "own-secret-of-the-tests-0123456789-0123456789-0123456789-0123456",
    ]
    static let variables = [
        "EVENT_SEALING_SECRET_ARN": "seal", "NOTIFICATION_SECRET_ARN": "notification",
        "MAIL_FROM": "Nerdwork+ <no-reply@mail.nerdwork.example>", "OPERATORS_EMAIL": "ops@nerdwork.example",
        "SITE_URL": "https://nerdwork.example", "API_URL": "https://api.nerdwork.example",
        "MAIL_SECURITY_CONFIGURATION_SET": "nw-security", "MAIL_PRODUCT_CONFIGURATION_SET": "nw-product",
        "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
    ]

    let database: TestDatabase
    let mail: MailStandIn
    let handler: InvocationHandler

    init(
        _ database: TestDatabase, _ mail: MailStandIn, _ policy: SendingPolicy, endpoint: String? = nil
    ) throws {
        self.database = database
        self.mail = mail
        var variables = Self.variables
        variables["AWS_ENDPOINT_URL"] = mail.url
        if let endpoint { variables["AWS_ENDPOINT_URL_SESV2"] = endpoint }
        let all = variables
        // What a call waits between its own attempts is not of interest here.
        let client = AWSClient(environment: { all[$0] }, sleep: { _ in })
        let service = NotificationService(
            database: Database(try database.configuration(as: "nerdwork_notification")), client: client,
            settings: try NotificationSettings(Environment { all[$0] }), policy: policy, random: { 0.5 })
        handler = service.dispatcher.handle
    }

    /// Delivers an event and reads the answer.
    @discardableResult
    func deliver(_ event: [UInt8], milliseconds: Int64 = 30_000) throws -> JSONValue {
        let deadline = SystemClock.now().advanced(byMilliseconds: milliseconds)
        return try JSONDocument(parsing: handler(event, InvocationContext(requestID: "r", deadline: deadline))).root
    }

    /// The type of the function error that the event ends with; nil where it succeeds.
    func failure(of event: [UInt8]) throws -> String? {
        do {
            try deliver(event)
            return nil
        } catch let error as FunctionError {
            return error.type
        }
    }

    /// Runs the schedule.
    @discardableResult
    func runSchedule() throws -> JSONValue {
        try deliver(Array(#"{"detail":{"task":"deliver"}}"#.utf8))
    }

    /// Lets every lease and pause be over.
    func age() throws {
        _ = try database.connect().query(
            "update notification.messages set due_at = clock_timestamp() - interval '1 second'")
    }

    /// The messages' states, oldest first.
    func states() throws -> [String] {
        try texts("select state as text from notification.messages order by created_at, dedupe_key")
    }

    func texts(_ sql: SQL) throws -> [String] {
        try database.connect().query(sql).map { try $0.decode("text") }
    }

    /// What SES would report about the newest accepted mail.
    func report(
        _ detailType: String, id: String = "report-1", message: String? = nil,
        _ more: (inout JSONObjectWriter) -> Void = { _ in }
    ) -> [UInt8] {
        TestEvent.envelope(source: "aws.ses", detailType, id: id) { detail in
            detail.member("eventType", "Told")
            detail.member("mail") { mail in
                mail.member("messageId", "ses-1")
                mail.member("tags") { $0.member("message_id", [message ?? self.mail.accepted.last?.messageID ?? ""]) }
            }
            more(&detail)
        }
    }

    func bounce(_ type: String, id: String, recipients: [String] = ["ada@mail.example"]) -> [UInt8] {
        report("Email Bounced", id: id) { detail in
            detail.member("bounce") { bounce in
                bounce.member("bounceType", type)
                bounce.member("bounceSubType", "ASubTypeOfTheFuture")
                bounce.array("bouncedRecipients") { list in
                    for recipient in recipients { list.object { $0.member("emailAddress", recipient) } }
                }
            }
        }
    }
}
