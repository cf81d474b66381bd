import Codecs
import Cryptography
import LambdaEvents
import MailTemplates
import PostgresClient

/// What became of an event's mails whose users have no address yet.
struct Unaddressed: Sendable {
    /// A mail, as the log names it.
    struct Name: Hashable, Sendable {
        /// The id that its message would have.
        let id: UUID
        let template: String
    }

    /// How many wait now, whichever delivery of the event kept them.
    var waiting = 0
    /// Kept by this delivery.
    var kept: [Name] = []
    /// Too many wait for their users already.
    var crowdedOut: [Name] = []
    /// The event came too late for them.
    var tooLate: [Name] = []
}

/// The part of the first transaction that keeps mails for users without address.
struct Keeping {
    private let mails: [UnaddressedMail]
    private let tooLate: [Unaddressed.Name]
    private let limit: Int32

    init(
        _ mails: [PlannedMail], of event: EventBridgeEvent, at time: Timestamp, now: Timestamp, policy: SendingPolicy,
        keys: NotificationKeys
    ) throws(CryptographyError) {
        var kept: [UnaddressedMail] = []
        var tooLate: [Unaddressed.Name] = []
        for mail in mails {
            if let mail = try UnaddressedMail(mail, of: event, at: time, now: now, policy: policy, keys: keys) {
                kept.append(mail)
            } else {
                tooLate.append(
                    Unaddressed.Name(id: Draft.id(of: mail.dedupeKey, at: time), template: mail.template.name))
            }
        }
        self.mails = kept
        self.tooLate = tooLate
        limit = policy.unaddressedPerUser
    }

    /// The statements, none where there is nothing to keep; `outcome` takes their results.
    var statements: [SQL] {
        guard !mails.isEmpty else { return [] }
        return [UnaddressedStore.lock(mails.map(\.userID))] + mails.map { UnaddressedStore.keep($0, limit: limit) }
            + [UnaddressedStore.waiting(mails.map(\.dedupeKey))]
    }

    /// - Parameter stored: the keys of mails that were written down before, when the user was still known
    func outcome(_ results: [QueryResult], stored: Set<String>) throws -> Unaddressed {
        var outcome = Unaddressed()
        outcome.tooLate = tooLate
        guard let last = results.last else { return outcome }
        let waiting = Set(try last.map { try $0.decode("dedupe_key", as: String.self) })
        outcome.waiting = waiting.count
        for (mail, result) in zip(mails, results.dropFirst()) {
            if result.affectedRows == 1 {
                outcome.kept.append(mail.name)
            } else if !waiting.contains(mail.dedupeKey), !stored.contains(mail.dedupeKey) {
                outcome.crowdedOut.append(mail.name)
            }
        }
        return outcome
    }
}
