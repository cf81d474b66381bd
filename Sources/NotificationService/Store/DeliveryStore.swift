import Codecs
import PostgresClient

/// The statements about what SES reports.
enum DeliveryStore {
    /// Holds back other reports about the same address until the transaction ends, so that soft bounces are counted.
    static func lock(_ message: UUID) -> SQL {
        """
        select pg_advisory_xact_lock(hashtextextended(encode(m.address_hash, 'hex'), 6808)) is null as locked
          from notification.messages m where m.message_id = \(message)
        """
    }

    /// Writes the report down; a row comes back where the message is ours and the report is new.
    static func record(_ report: DeliveryReport, message: UUID) -> SQL {
        """
        insert into notification.delivery_events (event_id, message_id, address_hash, kind, occurred_at)
        select \(report.eventID), m.message_id, m.address_hash, \(report.kind.rawValue), \(report.time)
          from notification.messages m where m.message_id = \(message)
        on conflict (event_id) do nothing
        returning address_hash
        """
    }

    /// The message's state, its row held; and how many soft bounces its address had in the window.
    static func state(of message: UUID, window milliseconds: Int64) -> SQL {
        """
        select m.state,
            (select count(*) from notification.delivery_events d
              where d.address_hash = m.address_hash and d.kind = 'soft_bounced'
                and d.occurred_at > clock_timestamp() - \(milliseconds) * interval '1 millisecond') as soft_bounces
          from notification.messages m where m.message_id = \(message) for update of m
        """
    }

    /// Moves the message to a state in which nothing is left to be sent.
    static func advance(_ message: UUID, to state: MessageState, sesMessageID: String?) -> SQL {
        """
        update notification.messages
           set state = \(state.rawValue), content = null, lease_id = null,
               finished_at = coalesce(finished_at, clock_timestamp()),
               ses_message_id = coalesce(ses_message_id, \(sesMessageID))
         where message_id = \(message)
        """
    }

    static func suppress(_ hash: [UInt8], _ reason: SuppressionReason, until end: Timestamp?) -> SQL {
        """
        insert into notification.suppressions as s (address_hash, reason, ends_at)
        values (\(hash), \(reason.rawValue), coalesce(\(end), 'infinity'))
        on conflict (address_hash, reason) do update set ends_at = greatest(s.ends_at, excluded.ends_at)
        """
    }
}
