import Codecs
import LambdaEvents
import LambdaRuntime
import PostgresClient
import ServiceKit
import StrictJSON

/// What the first transaction left.
private struct Written {
    let drafts: [Draft]
    /// By dedupe key.
    let stored: [String: StoredMessage]
    /// The dedupe keys that were not there before.
    let new: Set<String>
    let unaddressed: Unaddressed
}

/// What became of one of the plan's mails.
private struct Outcome {
    let id: UUID
    let template: String
    let state: MessageState
}

extension NotificationService {
    /// Writes the plan's mails down, once, and sends those that this invocation was the first to write; those for users
    /// whose address nobody knows yet are kept.
    ///
    /// - Throws: `Function.MailRejected`, after everything else has been done, and `DatabaseError`; a repeated delivery
    ///   then finds what was done.
    func notify(_ plan: MailPlan, of event: EventBridgeEvent, _ context: InvocationContext) throws -> JSONWriter {
        guard !plan.mails.isEmpty || plan.change != nil else { return Self.answer([], unaddressed: 0) }
        let lease = try newLease()
        let keys = try secrets.keys(context)
        let written = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { try write(plan, of: event, lease: lease, keys: keys, $0) }
        }
        var counts = MailCounts()
        log(written.unaddressed, &counts, context.logger)
        var mails: [Outcome] = []
        var stopped: Set<SendingStream> = []
        for draft in written.drafts {
            guard let stored = written.stored[draft.dedupeKey] else { continue }
            let state = try follow(draft, stored, lease: lease, &stopped, context)
            if stored.lease == lease || written.new.contains(draft.dedupeKey) { counts.count(state) }
            mails.append(Outcome(id: stored.id, template: draft.template, state: state))
        }
        try counts.metrics(nil).emit(at: now())
        if mails.contains(where: { $0.state == .failed }) {
            // Such an event ends in the dead letters, where somebody sees it.
            throw FunctionError(type: "Function.MailRejected", message: "SES refuses a mail of this event for good")
        }
        return Self.answer(mails, unaddressed: written.unaddressed.waiting)
    }

    /// Sends a message that is this invocation's; returns the state that the message is in.
    private func follow(
        _ draft: Draft, _ stored: StoredMessage, lease: UUID, _ stopped: inout Set<SendingStream>,
        _ context: InvocationContext
    ) throws -> MessageState {
        guard stored.state == .sending, stored.lease == lease else { return stored.state }
        let stream = SendingStream(of: draft.purpose)
        guard !stopped.contains(stream) else {
            // SES has just stopped the stream: the mail waits with the others.
            let wait = Settlement.queued(code: "StreamStopped", delay: 0)
            try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
                _ = try connection.execute(MessageStore.settle(draft.id, lease: lease, as: wait))
            }
            return .queued
        }
        let attempt = Attempt(
            id: draft.id, lease: lease, template: draft.template, purpose: draft.purpose, number: 1,
            content: draft.content)
        let outcome = try send(attempt, context)
        if case .stopped = outcome { stopped.insert(stream) }
        return outcome.state
    }

    /// The first transaction: two round trips.
    private func write(
        _ plan: MailPlan, of event: EventBridgeEvent, lease: UUID, keys: NotificationKeys, _ transaction: Transaction
    ) throws -> Written {
        let change = try plan.change.map { try statement(for: $0, at: plan.time, keys) }
        let known = try lookUp(plan.mails, changing: change, keys, transaction)
        let now = now()
        let drafts = plan.mails.compactMap { draft($0, at: plan.time, now: now, known, keys) }
        let keeping = try Keeping(
            plan.mails.filter { mail in !drafts.contains { $0.dedupeKey == mail.dedupeKey } }, of: event,
            at: plan.time, now: now, policy: policy, keys: keys)
        let inserts = try drafts.map { draft in
            let state = draft.firstState(
                at: now, suppressions: known.suppressions[draft.addressHash] ?? [], paused: known.paused)
            return MessageStore.insert(try draft.message(state, keys: keys), lease: lease, milliseconds: policy.lease)
        }
        let results = try transaction.commit(
            with: inserts + [MessageStore.stored(plan.mails.map(\.dedupeKey))] + keeping.statements)
        var stored: [String: StoredMessage] = [:]
        for row in results[inserts.count] {
            let message = try MessageStore.decodeStored(row)
            stored[message.dedupeKey] = message
        }
        let new = zip(drafts, results).filter { $1.affectedRows == 1 }.map(\.0.dedupeKey)
        return Written(
            drafts: drafts, stored: stored, new: Set(new),
            unaddressed: try keeping.outcome(Array(results.dropFirst(inserts.count + 1)), stored: Set(stored.keys)))
    }

    private func statement(
        for change: RecipientChange, at time: Timestamp, _ keys: NotificationKeys
    ) throws -> SQL {
        switch change {
        case .keep(let userID, let address, let locale):
            let recipient = KnownRecipient(userID: userID, address: address, locale: locale)
            return RecipientStore.keep(try recipient.row(keys), at: time)
        case .forget(let userID, let address?, let locale, let end):
            let recipient = KnownRecipient(userID: userID, address: address, locale: locale)
            return RecipientStore.keep(try recipient.row(keys), at: time, until: end)
        case .forget(let userID, nil, _, let end):
            return RecipientStore.forget(userID, at: end, requestedAt: time)
        }
    }

    private static func answer(_ mails: [Outcome], unaddressed: Int) -> JSONWriter {
        JSONWriter.object { object in
            object.array("mails") { list in
                for mail in mails {
                    list.object {
                        $0.member("messageId", mail.id.description)
                        $0.member("template", mail.template)
                        $0.member("state", mail.state.rawValue)
                    }
                }
            }
            object.member("unaddressed", unaddressed)
        }
    }
}
