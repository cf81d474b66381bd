import Codecs
import PostgresClient
import StrictJSON

/// One line of the audit log: what happened to whose account, by whom, and how it ended.
///
/// It outlives the account, so that nothing in it may tell whose account it was to somebody who does not know the id:
/// no address, no name, no secret.
struct AuditEntry: Hashable, Sendable {
    enum Outcome: String, Sendable {
        case success
        /// A wrong secret: password, code, token.
        case failure
        /// What was shown was right once and must not be shown again.
        case refused
    }

    private(set) var event: AuditEvent
    let outcome: Outcome
    /// Whose account; the pseudonym of an address without account.
    let user: UUID?
    /// Who did it; nil where nobody is signed in.
    let actor: UUID?
    /// The network that it came from (`ClientAddress.prefix`), never a whole address.
    let addressPrefix: String?
    /// The invocation's id, by which the log lines are found.
    let requestID: String?
    let time: Timestamp
    /// An object without personal data.
    let detail: [UInt8]?

    init(
        _ event: AuditEvent, _ outcome: Outcome = .success, user: UUID?, actor: UUID? = nil, addressPrefix: String?,
        requestID: String?, at time: Timestamp, detail: JSONWriter? = nil
    ) {
        self.event = event
        self.outcome = outcome
        self.user = user
        self.actor = actor
        self.addressPrefix = addressPrefix
        self.requestID = requestID
        self.time = time
        self.detail = detail?.bytes
    }

    /// The same about something else that happened in the same moment.
    func named(_ event: AuditEvent) -> AuditEntry {
        var entry = self
        entry.event = event
        return entry
    }

    /// Adds the entry; for the transaction of what it tells.
    var insert: SQL {
        """
        insert into auth.audit_log (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail)
        values (\(time), \(user), \(actor), \(event.name), \(outcome.rawValue), \(addressPrefix), \(requestID),
            \(json: detail))
        """
    }
}
