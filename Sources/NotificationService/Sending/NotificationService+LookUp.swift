import Codecs
import Mail
import MailTemplates
import PostgresClient

/// What is known when mails are to be written down.
struct Surroundings {
    var recipients: [String: KnownRecipient] = [:]
    /// By the address's hash.
    var suppressions: [[UInt8]: [SuppressionReason]] = [:]
    var paused: Set<SendingStream> = []
}

extension NotificationService {
    /// Looks up everything that decides over the mails, then does what an event says about its user's address: what it
    /// says is for later mail.
    func lookUp(
        _ mails: [PlannedMail], changing change: SQL? = nil, _ keys: NotificationKeys, _ transaction: Transaction
    ) throws -> Surroundings {
        let users = mails.compactMap { if case .user(let id) = $0.to { id } else { nil } }
        let hashes = mails.compactMap { mail -> [UInt8]? in
            switch mail.to {
            case .address(let address): keys.hash(address)
            case .operators: keys.hash(settings.operators)
            case .user: nil
            }
        }
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

    /// The finished mail; nil where nobody knows its user's address.
    func draft(
        _ mail: PlannedMail, at time: Timestamp, now: Timestamp, _ known: Surroundings, _ keys: NotificationKeys
    ) -> Draft? {
        receiver(of: mail, known).map { address, locale in
            Draft(
                mail, to: address, at: time, now: now, locale: locale, settings: settings.mail, keys: keys,
                lifetime: policy.lifetime)
        }
    }

    private func receiver(of mail: PlannedMail, _ known: Surroundings) -> (address: EmailAddress, locale: MailLocale)? {
        switch mail.to {
        case .address(let address): (address, .english)
        case .operators: (settings.operators, .english)
        case .user(let id): known.recipients[id].map { ($0.address, $0.locale ?? .english) }
        }
    }
}
