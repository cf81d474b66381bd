import Codecs
import LambdaRuntime
import Logging
import PostgresClient

extension NotificationService {
    /// Writes down the mail whose users' addresses have come, to be sent with the rest of the queue, and gives up what
    /// has waited for too long.
    ///
    /// A mail moves from one table to the other in one transaction, under the dedupe key that it has in both: whatever
    /// dies, and however often the event is delivered meanwhile, it is sent once.
    func addressWaiting(_ keys: NotificationKeys, _ counts: inout MailCounts, _ context: InvocationContext) throws {
        try giveUpWaiting(&counts, context)
        for _ in 0..<policy.addressedPerRun where context.remainingMilliseconds(at: now()) > policy.attemptReserve {
            guard try addressNext(keys, &counts, context) else { return }
        }
    }

    /// Tells what became of an event's mails whose users have no address.
    func log(_ unaddressed: Unaddressed, _ counts: inout MailCounts, _ logger: Logger) {
        for mail in unaddressed.kept {
            logger.info("a mail waits for its user's address", metadata: Self.metadata(mail))
        }
        for mail in unaddressed.crowdedOut {
            logger.warning("a mail is given up: too many wait for its user's address", metadata: Self.metadata(mail))
        }
        counts.expired += unaddressed.crowdedOut.count
        for mail in unaddressed.tooLate { giveUp(mail, &counts, logger) }
    }

    private func giveUp(_ mail: Unaddressed.Name, _ counts: inout MailCounts, _ logger: Logger) {
        logger.warning(
            "a mail is given up: its user's address has not come in time", metadata: Self.metadata(mail))
        counts.count(.expired)
    }

    private static func metadata(_ mail: Unaddressed.Name) -> Logger.Metadata {
        ["messageId": "\(mail.id)", "template": "\(mail.template)"]
    }

    private func giveUpWaiting(_ counts: inout MailCounts, _ context: InvocationContext) throws {
        let over = try database.unitOfWork(deadline: context.deadline) { connection in
            try connection.transaction { transaction in
                guard try isOurTurn(transaction) else { return [UnaddressedMail]() }
                return try transaction.query(UnaddressedStore.giveUp(limit: policy.purgedPerRun))
                    .map(UnaddressedStore.decode)
            }
        }
        for mail in over { giveUp(mail.name, &counts, context.logger) }
    }

    /// The waiting mail of one user; false where there is none that has an address.
    private func addressNext(
        _ keys: NotificationKeys, _ counts: inout MailCounts, _ context: InvocationContext
    ) throws -> Bool {
        let addressed = try database.unitOfWork(deadline: context.deadline, idempotent: true) { connection in
            try connection.transaction { transaction -> Addressed? in
                guard try isOurTurn(transaction) else { return nil }
                let waiting = try transaction.query(UnaddressedStore.take).map(UnaddressedStore.decode)
                return waiting.isEmpty ? nil : try write(waiting, keys, transaction, context)
            }
        }
        guard let addressed else { return false }
        for mail in addressed.unreadable {
            context.logger.error("a mail that waited for an address cannot be read", metadata: Self.metadata(mail))
            counts.count(.failed)
        }
        for mail in addressed.deserted { giveUp(mail, &counts, context.logger) }
        for state in addressed.closed { counts.count(state) }
        return true
    }

    private func isOurTurn(_ transaction: Transaction) throws -> Bool {
        try transaction.query(UnaddressedStore.begin).only().decode("is_ours")
    }

    /// Writes one user's mails into the queue, one after the other.
    private func write(
        _ waiting: [UnaddressedMail], _ keys: NotificationKeys, _ transaction: Transaction, _ context: InvocationContext
    ) throws -> Addressed {
        var addressed = Addressed()
        var planned: [(waiting: UnaddressedMail, mail: PlannedMail)] = []
        for mail in waiting {
            if let again = try plan(mail, keys, context) {
                planned.append((mail, again))
            } else {
                addressed.unreadable.append(mail.name)
            }
        }
        let known = try lookUp(planned.map(\.mail), keys, transaction)
        let (now, lease) = (now(), try newLease())
        var states: [MessageState] = []
        var inserts: [SQL] = []
        for (waiting, mail) in planned {
            guard let draft = draft(mail, at: waiting.time, now: now, known, keys) else {
                addressed.deserted.append(waiting.name)
                continue
            }
            let first = draft.firstState(
                at: now, suppressions: known.suppressions[draft.addressHash] ?? [], paused: known.paused)
            // Written in their order, they are sent in it: the queue gives first what has been due for the longest time.
            states.append(first == .sending ? .queued : first)
            inserts.append(
                MessageStore.insert(
                    try draft.message(states[states.count - 1], keys: keys), lease: lease, milliseconds: 0))
        }
        let results = try transaction.commit(with: inserts)
        addressed.closed = zip(states, results).filter { !$0.isOpen && $1.affectedRows == 1 }.map(\.0)
        return addressed
    }

    /// The mail as its event asks for it; nil where that cannot be found out any more.
    private func plan(
        _ mail: UnaddressedMail, _ keys: NotificationKeys, _ context: InvocationContext
    ) throws -> PlannedMail? {
        do {
            let plan = try plan(for: mail.opened(keys), context)
            return plan.mails.first { $0.dedupeKey == mail.dedupeKey }?.ending(at: mail.expiresAt)
        } catch let error as FunctionError where error == NotificationSecrets.unavailable {
            throw error
        } catch {
            return nil
        }
    }
}

/// What became of one user's mails when the address had come, as far as they are not in the queue.
private struct Addressed {
    /// Nobody can make mails of their rows.
    var unreadable: [Unaddressed.Name] = []
    /// The user has gone in this very moment.
    var deserted: [Unaddressed.Name] = []
    /// Written down as finished: suppressed, or over in the meantime.
    var closed: [MessageState] = []
}
