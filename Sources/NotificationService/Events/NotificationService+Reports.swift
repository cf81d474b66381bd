import Codecs
import LambdaEvents
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

extension NotificationService {
    /// Every event that SES sends about mail, and about whether it sends at all (user guide of EventBridge, "Amazon
    /// Simple Email Service events").
    func addReports(to dispatcher: inout EventDispatcher) {
        let details = [
            "Email Sent", "Email Delivered", "Email Bounced", "Email Complaint Received", "Email Rejected",
            "Email Delivery Delayed", "Email Rendering Failed",
        ]
        for detailType in details {
            dispatcher.on(source: "aws.ses", detailType: detailType) { [self] event, context in
                try take(event, context)
            }
        }
        dispatcher.on(source: "aws.ses", detailType: "Sending Status Disabled") { [self] event, context in
            let streams = SendingStream.named(in: event.resources, set: settings.configurationSet)
            context.logger.error("SES has stopped sending: the queue stops", metadata: Self.metadata(streams))
            return try change(
                SendingStore.pause(streams, reason: "SendingStatusDisabled", probeAfter: policy.probeInterval), context)
        }
        dispatcher.on(source: "aws.ses", detailType: "Sending Status Enabled") { [self] event, context in
            let streams = SendingStream.named(in: event.resources, set: settings.configurationSet)
            context.logger.notice("SES sends again: the queue moves on", metadata: Self.metadata(streams))
            return try change(SendingStore.resume(streams), context)
        }
    }

    private static func metadata(_ streams: [SendingStream]) -> Logger.Metadata {
        ["streams": "\(streams.map(\.rawValue).joined(separator: " "))"]
    }

    private func change(_ statement: SQL, _ context: InvocationContext) throws -> JSONWriter {
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { _ = try $0.execute(statement) }
        return JSONWriter()
    }

    /// Books a report, once; one about mail that is not ours changes nothing.
    private func take(_ event: EventBridgeEvent, _ context: InvocationContext) throws -> JSONWriter {
        guard let report = try DeliveryReport(event), let message = report.message else { return JSONWriter() }
        let state = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { try book(report, message, $0) }
        }
        if state == .failed, report.kind.state == .failed {
            // Accepted and refused later: no call of ours sees it, so the alarm must learn of it here.
            var counts = MailCounts()
            counts.count(.failed)
            try counts.metrics(nil).emit(at: now())
        }
        context.logger.info(
            "SES reports on a mail",
            metadata: [
                "messageId": "\(message)", "report": "\(report.kind.rawValue)",
                "state": "\(state?.rawValue ?? "unknown or repeated")",
            ])
        return JSONWriter.object { object in
            object.member("messageId", message.description)
            object.optional("state", state?.rawValue)
        }
    }

    /// The state that the message is in now; nil where the report is about no message of ours or not new.
    private func book(_ report: DeliveryReport, _ message: UUID, _ transaction: Transaction) throws -> MessageState? {
        let known = try transaction.pipeline([
            DeliveryStore.lock(message), DeliveryStore.record(report, message: message),
            DeliveryStore.state(of: message, window: SuppressionRule.softBounceWindow),
        ])
        guard let address = try known[1].first?.decode("address_hash", as: [UInt8].self) else { return nil }
        let row = try known[2].only()
        guard let state = MessageState(rawValue: try row.decode("state")) else { throw StoredRowUnreadable() }
        let next = state.after(report.kind)
        var statements: [SQL] = []
        if next != state {
            statements.append(DeliveryStore.advance(message, to: next, sesMessageID: report.sesMessageID))
        }
        let softBounces = Int(try row.decode("soft_bounces", as: Int64.self))
        if let reason = SuppressionRule.suppression(after: report.kind, softBounces: softBounces) {
            let end = SuppressionRule.end(of: reason, from: now())
            statements.append(DeliveryStore.suppress(address, reason, until: end))
        }
        try transaction.commit(with: statements)
        return next
    }
}
