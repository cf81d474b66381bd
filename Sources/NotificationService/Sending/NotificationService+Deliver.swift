import Codecs
import LambdaRuntime
import Logging
import PostgresClient
import ServiceKit
import StrictJSON

extension NotificationService {
    /// Addresses what has waited for an address, sends what is due, takes away what is old, and tells how much is left.
    ///
    /// Asked for each minute. It stops early where SES asks for it, where every further attempt would meet the same
    /// failure, and where the invocation's time runs out: what is left waits for the next run.
    func deliver(_ context: InvocationContext) throws -> JSONWriter {
        let keys = try secrets.keys(context)
        var counts = MailCounts()
        // Whatever is wrong with mail that has no address, it must not hold up mail that has one.
        let addressing = Result { try addressWaiting(keys, &counts, context) }
        for _ in 0..<policy.attemptsPerRun where context.remainingMilliseconds(at: now()) > policy.attemptReserve {
            guard try deliverNext(keys, &counts, context) else { break }
        }
        let backlog = try finish(context)
        try counts.metrics(backlog).emit(at: now())
        try addressing.get()
        return JSONWriter.object { object in
            object.member("sent", counts.sent)
            object.member("suppressed", counts.suppressed)
            object.member("failed", counts.failed)
            object.member("expired", counts.expired)
            object.member("postponed", counts.postponed)
            object.member("waiting", backlog.waiting)
            object.member("paused", backlog.isPaused)
        }
    }

    /// One message; false where the run should end.
    private func deliverNext(
        _ keys: NotificationKeys, _ counts: inout MailCounts, _ context: InvocationContext
    ) throws -> Bool {
        let lease = try newLease()
        guard let (message, isProbe) = try claim(lease, context) else { return false }
        if let state = Self.verdict(on: message) {
            return try close(message, lease, state, isProbe: isProbe, &counts, context)
        }
        guard let content = content(of: message, keys) else {
            context.logger.error(
                "a waiting mail cannot be read: was the secret replaced?", metadata: ["messageId": "\(message.id)"])
            return try close(
                message, lease, .failed, code: "ContentUnreadable", isProbe: isProbe, &counts, context)
        }
        let attempt = Attempt(
            id: message.id, lease: lease, template: message.template, purpose: message.purpose,
            number: message.attempts, content: content)
        let outcome = try send(attempt, context)
        counts.count(outcome.state)
        if isProbe, case .accepted = outcome {
            context.logger.notice("SES takes our mail again: the queue moves on")
            try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
                _ = try connection.execute(SendingStore.resume([SendingStream(of: message.purpose)]))
            }
        }
        return outcome.allowsAnother
    }

    /// Why a message must not be sent any more; nil where it may be.
    private static func verdict(on message: ClaimedMessage) -> MessageState? {
        if message.isOver { return .expired }
        return SuppressionRule.forbids(message.purpose, reasons: message.suppressions) ? .suppressed : nil
    }

    /// Ends a message without a call of SES; what would have been a probe is none.
    private func close(
        _ message: ClaimedMessage, _ lease: UUID, _ state: MessageState, code: String? = nil, isProbe: Bool,
        _ counts: inout MailCounts, _ context: InvocationContext
    ) throws -> Bool {
        let end = MessageStore.close(message.id, lease: lease, state, code: code)
        try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.pipeline(
                isProbe ? [end, SendingStore.returnProbe(SendingStream(of: message.purpose))] : [end])
        }
        counts.count(state)
        return true
    }

    private func content(of message: ClaimedMessage, _ keys: NotificationKeys) -> MessageContent? {
        guard let plaintext = try? keys.open(message.content, owner: Draft.owner(message.id)),
            let document = try? JSONDocument(parsing: plaintext)
        else { return nil }
        return try? MessageContent(json: document.root)
    }

    /// The next message that is due, under a lease of ours; where a queue stands still only what a probe may send.
    private func claim(_ lease: UUID, _ context: InvocationContext) throws -> (ClaimedMessage, isProbe: Bool)? {
        // Not to be repeated after a lost connection: the lease that may have been written then runs out by itself.
        try database.unitOfWork(deadline: context.deadline) { connection in
            let normal = MessageStore.claim(lease: lease, milliseconds: policy.lease)
            if let row = try connection.query(normal).first { return (try MessageStore.decodeClaimed(row), false) }
            for stream in try SendingStore.decodePaused(try connection.query(SendingStore.paused)) {
                if let message = try probe(stream, lease, connection) { return (message, true) }
            }
            return nil
        }
    }

    /// Takes the stream's probe together with a message, or neither.
    private func probe(
        _ stream: SendingStream, _ lease: UUID, _ connection: PostgresConnection
    ) throws -> ClaimedMessage? {
        do {
            return try connection.transaction { transaction in
                guard try transaction.execute(SendingStore.takeProbe(stream, nextAfter: policy.probeInterval)) == 1
                else { return nil }
                let claim = MessageStore.claim(lease: lease, milliseconds: policy.lease, probing: stream)
                guard let row = try transaction.query(claim).first else { throw NothingToProbeWith() }
                return try MessageStore.decodeClaimed(row)
            }
        } catch is NothingToProbeWith {
            return nil
        }
    }

    private func finish(_ context: InvocationContext) throws -> Backlog {
        try database.unitOfWork(deadline: context.deadline) { connection in
            if context.remainingMilliseconds(at: now()) > policy.attemptReserve {
                _ = try connection.query(SendingStore.purge(limit: policy.purgedPerRun))
            }
            return try SendingStore.decodeBacklog(try connection.query(SendingStore.backlog).only())
        }
    }
}

/// The stream's queue is empty, so that the probe has to wait for a message.
private struct NothingToProbeWith: Error {}
