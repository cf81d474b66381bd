import Codecs
import LambdaRuntime
import Mail
import MailTemplates
import PostgresClient
import ServiceKit
import StrictJSON

/// What is known when a plan's mails are to be written down.
private struct Surroundings {
    var recipients: [String: KnownRecipient] = [:]
    /// By the address's hash.
    var suppressions: [[UInt8]: [SuppressionReason]] = [:]
    var paused: Set<SendingStream> = []
}

/// What the first transaction left.
private struct Written {
    let drafts: [Draft]
    /// By dedupe key.
    let stored: [String: StoredMessage]
    /// The dedupe keys that were not there before.
    let new: Set<String>
    let hasUnknownRecipient: Bool
}

/// What became of one of the plan's mails.
private struct Outcome {
    let id: UUID
    let template: String
    let state: MessageState
}

extension NotificationService {
    /// Writes the plan's mails down, once, and sends those that this invocation was the first to write.
    ///
    /// - Throws: `Function.RecipientUnknown` and `Function.MailRejected`, after everything else has been done, and
    ///   `DatabaseError`; a repeated delivery then finds what was done.
    func notify(_ plan: MailPlan, _ context: InvocationContext) throws -> JSONWriter {
        guard !plan.mails.isEmpty || plan.change != nil else { return Self.answer([]) }
        let lease = try newLease()
        let keys = try secrets.keys(context)
        let written = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { try write(plan, lease: lease, keys: keys, $0) }
        }
        var counts = MailCounts()
        var mails: [Outcome] = []
        var stopped: Set<SendingStream> = []
        for draft in written.drafts {
            guard let stored = written.stored[draft.dedupeKey] else { continue }
            let state = try follow(draft, stored, lease: lease, &stopped, context)
            if stored.lease == lease || written.new.contains(draft.dedupeKey) { counts.count(state) }
            mails.append(Outcome(id: stored.id, template: draft.template, state: state))
        }
        try counts.metrics(nil).emit(at: now())
        try report(written, mails.map(\.state))
        return Self.answer(mails)
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
        _ plan: MailPlan, lease: UUID, keys: NotificationKeys, _ transaction: Transaction
    ) throws -> Written {
        let known = try lookUp(plan, keys, transaction)
        var drafts: [Draft] = []
        var statements: [SQL] = []
        var hasUnknownRecipient = false
        let now = now()
        for mail in plan.mails {
            guard let receiver = receiver(of: mail, known) else {
                hasUnknownRecipient = true
                continue
            }
            let draft = Draft(
                mail, to: receiver.address, at: plan.time, now: now, locale: receiver.locale, settings: settings.mail,
                keys: keys, lifetime: policy.lifetime)
            let state = draft.firstState(
                at: now, suppressions: known.suppressions[draft.addressHash] ?? [], paused: known.paused)
            statements.append(
                MessageStore.insert(try draft.message(state, keys: keys), lease: lease, milliseconds: policy.lease))
            drafts.append(draft)
        }
        statements.append(MessageStore.stored(drafts.map(\.dedupeKey)))
        let results = try transaction.commit(with: statements)
        var stored: [String: StoredMessage] = [:]
        for row in results[statements.count - 1] {
            let message = try MessageStore.decodeStored(row)
            stored[message.dedupeKey] = message
        }
        // The first statements are the inserts, one for each draft.
        let new = zip(drafts, results).filter { $1.affectedRows == 1 }.map(\.0.dedupeKey)
        return Written(drafts: drafts, stored: stored, new: Set(new), hasUnknownRecipient: hasUnknownRecipient)
    }

    /// Keeps what the event says about the recipient, then looks everybody up.
    private func lookUp(_ plan: MailPlan, _ keys: NotificationKeys, _ transaction: Transaction) throws -> Surroundings {
        let users = plan.mails.compactMap { if case .user(let id) = $0.to { id } else { nil } }
        let hashes = plan.mails.compactMap { mail -> [UInt8]? in
            switch mail.to {
            case .address(let address): keys.hash(address)
            case .operators: keys.hash(settings.operators)
            case .user: nil
            }
        }
        let change = try plan.change.map { try statement(for: $0, at: plan.time, keys) }
        let results = try transaction.pipeline(
            [
                RecipientStore.find(users), RecipientStore.suppressions(hashes: hashes, userIDs: users),
                SendingStore.paused,
            ] + (change.map { [$0] } ?? []))
        var known = Surroundings()
        for row in results[0] {
            let recipient = try KnownRecipient(try RecipientStore.decode(row), keys: keys)
            known.recipients[recipient.userID] = recipient
        }
        for row in results[1] {
            guard let reason = SuppressionReason(rawValue: try row.decode("reason")) else { continue }
            known.suppressions[try row.decode("address_hash"), default: []].append(reason)
        }
        known.paused = Set(try SendingStore.decodePaused(results[2]))
        return known
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

    private func receiver(
        of mail: PlannedMail, _ known: Surroundings
    ) -> (address: EmailAddress, locale: MailLocale)? {
        switch mail.to {
        case .address(let address): (address, .english)
        case .operators: (settings.operators, .english)
        case .user(let id): known.recipients[id].map { ($0.address, $0.locale ?? .english) }
        }
    }

    /// What the delivery queue has to know: such an event ends in the dead letters, where somebody sees it.
    private func report(_ written: Written, _ states: [MessageState]) throws(FunctionError) {
        if states.contains(.failed) {
            throw FunctionError(type: "Function.MailRejected", message: "SES refuses a mail of this event for good")
        }
        if written.hasUnknownRecipient {
            throw FunctionError(
                type: "Function.RecipientUnknown", message: "no address is known for a user of this event")
        }
    }

    private static func answer(_ mails: [Outcome]) -> JSONWriter {
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
        }
    }
}
