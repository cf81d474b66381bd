import Codecs
import PostgresClient

/// A message as it is first written.
struct NewMessage: Sendable {
    let id: UUID
    let dedupeKey: String
    let template: String
    let purpose: MailPurpose
    let state: MessageState
    let addressHash: [UInt8]
    /// Encrypted; nil for a message that is finished from the start.
    let content: [UInt8]?
    let expiresAt: Timestamp
}

/// What stands in the table under a dedupe key after the insert.
struct StoredMessage: Sendable {
    /// Of the event that was first: two audits of one week have one digest.
    let id: UUID
    let dedupeKey: String
    let state: MessageState
    /// Whose attempt it is, while one is under way.
    let lease: UUID?
}

/// A message that this process may send now.
struct ClaimedMessage: Sendable {
    let id: UUID
    let template: String
    let purpose: MailPurpose
    /// How many attempts there were, this one included.
    let attempts: Int
    let content: [UInt8]
    let isOver: Bool
    let suppressions: [SuppressionReason]
}

/// A row that no code of ours could have written.
struct StoredRowUnreadable: Error {}

/// The statements about messages; an outcome is written only by the holder of the lease.
enum MessageStore {
    /// Writes the message unless its key is there already; one in state `sending` belongs to `lease`.
    static func insert(_ message: NewMessage, lease: UUID, milliseconds: Int64) -> SQL {
        let isSending = message.state == .sending
        return """
            insert into notification.messages (message_id, dedupe_key, template, purpose, state, address_hash, content,
                expires_at, lease_id, attempts, due_at, finished_at)
            values (\(message.id), \(message.dedupeKey), \(message.template), \(message.purpose.rawValue),
                \(message.state.rawValue), \(message.addressHash), \(message.content), \(message.expiresAt),
                \(isSending ? lease : nil), \(Int32(isSending ? 1 : 0)),
                clock_timestamp() + \(isSending ? milliseconds : 0) * interval '1 millisecond',
                case when \(!message.state.isOpen) then clock_timestamp() end)
            on conflict do nothing
            """
    }

    /// The messages under these keys; in a statement after the inserts, so that it sees who was first.
    static func stored(_ keys: [String]) -> SQL {
        "select message_id, dedupe_key, state, lease_id from notification.messages where dedupe_key = any (\(keys))"
    }

    static func decodeStored(_ row: Row) throws -> StoredMessage {
        guard let state = MessageState(rawValue: try row.decode("state")) else { throw StoredRowUnreadable() }
        return StoredMessage(
            id: try row.decode("message_id"), dedupeKey: try row.decode("dedupe_key"), state: state,
            lease: try row.decodeIfPresent("lease_id"))
    }

    /// Takes the message that has been due for the longest time; no row when there is none.
    ///
    /// Others' claims are stepped over, so that two processes never wait for each other nor take the same message.
    /// - Parameter probed: the stream that is paused, and of which a message tests if it still has to be; nil for a
    ///   message of any stream that is not paused.
    static func claim(lease: UUID, milliseconds: Int64, probing probed: SendingStream? = nil) -> SQL {
        """
        with next as (
            select n.message_id from notification.messages n
             where n.state in ('queued', 'sending') and n.due_at <= clock_timestamp()
               and exists (
                   select from notification.sending s
                    where s.stream = case n.purpose when 'security' then 'security' else 'product' end
                      and (s.stream = \(probed?.rawValue) or \(probed == nil) and s.paused_at is null))
             order by n.due_at limit 1 for update skip locked)
        update notification.messages m
           set state = 'sending', lease_id = \(lease), attempts = m.attempts + 1,
               due_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
          from next where m.message_id = next.message_id
        returning m.message_id, m.template, m.purpose, m.attempts, m.content, m.expires_at <= clock_timestamp() as is_over,
            array(select s.reason from notification.suppressions s
                   where s.address_hash = m.address_hash and s.ends_at > clock_timestamp()) as reasons
        """
    }

    static func decodeClaimed(_ row: Row) throws -> ClaimedMessage {
        guard let purpose = MailPurpose(rawValue: try row.decode("purpose")) else { throw StoredRowUnreadable() }
        return ClaimedMessage(
            id: try row.decode("message_id"), template: try row.decode("template"), purpose: purpose,
            attempts: Int(try row.decode("attempts", as: Int32.self)), content: try row.decode("content"),
            isOver: try row.decode("is_over"),
            suppressions: try row.decode("reasons", as: [String].self).compactMap(SuppressionReason.init))
    }

    /// Books what became of the attempt; nothing where the lease is another's by now, or SES has reported already.
    static func settle(_ id: UUID, lease: UUID, as settlement: Settlement) -> SQL {
        switch settlement {
        case .sent(let sesMessageID): close(id, lease: lease, .sent, code: nil, sesMessageID: sesMessageID)
        case .failed(let code): close(id, lease: lease, .failed, code: code)
        case .queued(let code, let delay): requeue(id, lease: lease, code: code, delay: delay)
        case .leased(let code, let milliseconds): prolong(id, lease: lease, code: code, milliseconds: milliseconds)
        }
    }

    /// Ends the message; its content goes.
    static func close(
        _ id: UUID, lease: UUID, _ state: MessageState, code: String?, sesMessageID: String? = nil
    ) -> SQL {
        """
        update notification.messages
           set state = \(state.rawValue), content = null, lease_id = null, finished_at = clock_timestamp(),
               last_error = \(code), ses_message_id = \(sesMessageID)
         where message_id = \(id) and lease_id = \(lease)
        """
    }

    private static func requeue(_ id: UUID, lease: UUID, code: String, delay: Int64) -> SQL {
        """
        update notification.messages
           set state = 'queued', lease_id = null, last_error = \(code),
               due_at = clock_timestamp() + \(delay) * interval '1 millisecond'
         where message_id = \(id) and lease_id = \(lease)
        """
    }

    private static func prolong(_ id: UUID, lease: UUID, code: String, milliseconds: Int64) -> SQL {
        """
        update notification.messages
           set last_error = \(code), due_at = clock_timestamp() + \(milliseconds) * interval '1 millisecond'
         where message_id = \(id) and lease_id = \(lease)
        """
    }
}
