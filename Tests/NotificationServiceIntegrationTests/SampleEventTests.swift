import Codecs
import LambdaRuntime
import LocalPlatform
import MailStandIn
import Platform
import PostgresClient
import ServiceKit
import StrictJSON
import TestSupport
import Testing

@testable import NotificationService

@Suite("The sample events and the role")
struct SampleEventTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/events"

    /// The mails of each sample, in the order of their delivery; sign-up comes first, so that users are known.
    static let sampleTable: [(String, [String])] = [
        ("user-signed-up", ["welcome"]), ("email-verification-requested", ["verify"]),
        ("sign-up-repeated", ["already-registered"]), ("password-reset-requested", ["reset"]),
        ("password-changed", ["password-changed"]), ("new-device-signed-in", ["new-device"]),
        ("sign-in-locked", ["lockout"]), ("email-change-requested", ["email-change-confirm", "email-change-notice"]),
        ("email-changed", ["email-changed", "email-changed"]), ("recovery-code-used", ["recovery-code-used"]),
        ("session-revoked", ["session-revoked"]), ("account-deletion-requested", ["account-deletion"]),
        ("ledger-audit-failed", ["ledger-audit-failed"]), ("ledger-audit-completed", ["weekly-digest"]),
        ("email-sent", []), ("email-delivered", []), ("email-bounced", []), ("email-complaint-received", []),
        ("email-rejected", []), ("email-delivery-delayed", []), ("email-rendering-failed", []),
        ("sending-status-disabled", []), ("sending-status-enabled", []), ("deliver-mail", []),
    ]

    @Test("each sample event has its mails, sent or at least written down")
    func samples() throws {
        try withNotification { harness in
            var expected: [String] = []
            for (name, templates) in Self.sampleTable {
                let answer = try harness.deliver(try Self.sealed(try Self.read("\(Self.folder)/\(name).json")))
                expected += templates
                let written = try harness.texts("select template as text from notification.messages")
                #expect(written.sorted() == expected.sorted(), "\(name) \(answer.kind)")
            }
            #expect(try harness.texts("select state as text from notification.messages where state = 'failed'").isEmpty)
        }
    }

    @Test("the service's role reads and writes what it must, and neither deletes nor touches anything else")
    func grants() throws {
        try withNotification { harness in
            let role = try harness.database.connect(as: "nerdwork_notification")
            let reader = try harness.database.connect(as: "nerdwork_reader")
            for statement: SQL in [
                "delete from notification.messages", "delete from notification.suppressions",
                "delete from notification.recipients", "truncate notification.delivery_events",
                "update notification.messages set address_hash = address_hash",
                "update notification.messages set dedupe_key = 'x'",
                "update notification.delivery_events set kind = 'sent'",
                "update notification.unaddressed set event = event", "truncate notification.unaddressed",
                "insert into notification.sending default values", "select * from ledger.accounts",
                "select * from outbox.events", "create table notification.mine ()",
            ] {
                #expect(throws: DatabaseError.self, "\(statement.text)") { try role.query(statement) }
            }
            for statement: SQL in [
                "select content from notification.messages", "select address_hash from notification.messages",
                "select * from notification.recipients", "select * from notification.suppressions",
                "select event from notification.unaddressed", "select user_id from notification.unaddressed",
                "delete from notification.unaddressed",
                "select notification.purge(1)",
            ] {
                #expect(throws: DatabaseError.self, "\(statement.text)") { try reader.query(statement) }
            }
            #expect(try reader.query("select message_id, state from notification.messages").isEmpty)
            #expect(try reader.query("select dedupe_key, expires_at from notification.unaddressed").isEmpty)
        }
    }

    /// The event with its personal part sealed, as invoke-local does it.
    private static func sealed(_ event: [UInt8]) throws -> [UInt8] {
        let root = try JSONDocument(parsing: event).root
        guard let sealed = root["detail"]?["sealed"], let written = try root["detail"]?.member("id").string(),
            let id = UUID(written)
        else { return event }
        let secret = Array((NotificationHarness.secrets["seal"] ?? "").utf8)
        let seal = try EventSeal(secret: secret).seal(sealed.rawBytes, eventID: id)
        let clear = String(decoding: sealed.rawBytes, as: UTF8.self)
        return Array(String(decoding: event, as: UTF8.self).replacing(clear, with: "\"\(seal)\"").utf8)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try unsafe #require(fopen(path, "r"))
        defer { unsafe fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe fread(&bytes, 1, bytes.count, file)
        return try SampleEvent.fill(Array(bytes.prefix(count)), now: SystemClock.now())
    }
}
