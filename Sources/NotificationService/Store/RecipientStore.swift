import Codecs
import PostgresClient

/// A row of the table of recipients, as it is stored.
struct StoredRecipient: Sendable {
    let userID: String
    /// Nil for one that is not known; the table then keeps what it has, or takes English.
    let locale: String?
    let addressHash: [UInt8]
    /// Encrypted.
    let address: [UInt8]
}

/// The statements about where users get their mail, and who must not get any.
enum RecipientStore {
    /// Keeps what an event of this time says, unless a newer one was there before; the locale stays where none is
    /// given.
    ///
    /// - Parameter end: when the account's deletion ends the need for the row. The time of that request counts as well:
    ///   an older event that arrives later does not take the deletion back.
    static func keep(_ recipient: StoredRecipient, at time: Timestamp, until end: Timestamp? = nil) -> SQL {
        """
        insert into notification.recipients as r (user_id, locale, address_hash, address, event_at, delete_at)
        values (\(recipient.userID), coalesce(\(recipient.locale), 'en'), \(recipient.addressHash), \(recipient.address),
            \(time), coalesce(\(end), 'infinity'))
        on conflict (user_id) do update
           set locale = coalesce(\(recipient.locale), r.locale), address_hash = excluded.address_hash,
               address = excluded.address, event_at = excluded.event_at, delete_at = excluded.delete_at
         where r.event_at < excluded.event_at
        """
    }

    /// Forgets the user at the time of the account's deletion, unless the account has been used anew since.
    static func forget(_ userID: String, at end: Timestamp, requestedAt time: Timestamp) -> SQL {
        """
        update notification.recipients set delete_at = \(end), event_at = \(time)
         where user_id = \(userID) and event_at <= \(time)
        """
    }

    /// Those of these users who have an account.
    static func find(_ userIDs: [String]) -> SQL {
        """
        select user_id, locale, address_hash, address from notification.recipients
         where user_id = any (\(userIDs)) and delete_at > clock_timestamp()
        """
    }

    static func decode(_ row: Row) throws(DatabaseError) -> StoredRecipient {
        StoredRecipient(
            userID: try row.decode("user_id"), locale: try row.decode("locale"),
            addressHash: try row.decode("address_hash"), address: try row.decode("address"))
    }

    /// Why addresses are not written to: those of these hashes and those of these users.
    static func suppressions(hashes: [[UInt8]], userIDs: [String]) -> SQL {
        """
        select s.address_hash, s.reason from notification.suppressions s
         where s.ends_at > clock_timestamp()
           and s.address_hash in (
               select decode(h, 'hex') from unnest(\(hashes.map { Hex.encode($0) })) h
                union all
               select r.address_hash from notification.recipients r where r.user_id = any (\(userIDs)))
        """
    }
}
